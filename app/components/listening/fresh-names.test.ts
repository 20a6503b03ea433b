import { expect, it, vi } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { PlayerState } from '@/lib/player/api';
import { followNames } from './fresh-names';

it('asks for the queued tracks whose tags changed, each once, and for no others', async () => {
  const queued = [newId(), newId()].map((id) => someTrack({ id, title: 'before' }));
  const [one, two] = queued.map(({ id }) => id) as [string, string];
  const queue = [...queued, ...queued].map((track, n) => ({ key: String(n), track }));
  let tell = (_: Message) => {};
  const asked: string[][] = [];
  const refresh = vi.fn();
  const onEvent = (listener: typeof tell) => {
    tell = listener;
    return () => {};
  };
  followNames({ onEvent }, { state: () => ({ queue }) as unknown as PlayerState, refresh }, async (ids) => {
    asked.push(ids);
    return ids.map((id) => someTrack({ id, title: 'after' }));
  });
  const event = (trackIds: string[] | null) => newMessage('changed.tags', { trackIds }, { actor: null, at: 1 });
  tell(event([newId()]));
  tell(event([two, newId()]));
  tell(event(null));
  await vi.waitFor(() => expect(refresh).toHaveBeenCalledTimes(2));
  expect(asked).toEqual([[two], [one, two]]);
  expect(refresh).toHaveBeenLastCalledWith([
    expect.objectContaining({ id: one, title: 'after' }),
    expect.objectContaining({ id: two, title: 'after' }),
  ]);
});
