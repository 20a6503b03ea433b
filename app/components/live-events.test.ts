import { type QueryClient, QueryObserver, QueryClient as RealClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { followEvents } from './live-events';
import { keys } from './queries';

let client: QueryClient;
let stop: () => void;
let sendEvent: (event: Message) => void;
let comeBack: () => void;
const changes = { onEvent: vi.fn(() => false), returned: vi.fn() };
const onRefused = vi.fn();

beforeEach(() => {
  client = new RealClient();
  vi.clearAllMocks();
  const stopped = () => {};
  stop = followEvents(
    {
      onEvent(listener) {
        sendEvent = listener;
        return stopped;
      },
      onReturn(listener) {
        comeBack = listener;
        return stopped;
      },
    },
    client,
    changes,
    onRefused,
  );
});
afterEach(() => {
  stop();
  client.clear();
});

/** Lets what was begun come to its end. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  expect(holds()).toBe(true);
}
const times = (...queries: { mock: { calls: unknown[] } }[]) => queries.map(({ mock }) => mock.calls.length).join();

/** A query that a page shows. @returns how often it was fetched */
async function shown(queryKey: readonly unknown[]) {
  const queryFn = vi.fn(async () => 1);
  const observer = new QueryObserver(client, { queryKey, queryFn, staleTime: 60_000 });
  observer.subscribe(() => {});
  await until(() => !observer.getCurrentResult().isFetching);
  return queryFn;
}

const playlistEvent = (data: Partial<Message<'changed.playlist'>['data']> = {}) =>
  newMessage(
    'changed.playlist',
    { playlistId: 'p', to: null, revision: 2, deleted: false, messageId: crypto.randomUUID(), ...data },
    { actor: null, at: 1 },
  );

it('refetches what an event made stale, also while changes are pending, and nothing else', async () => {
  const [page, list, albums] = [await shown(keys.playlist('p')), await shown(keys.playlists), await shown(keys.albums)];
  sendEvent(playlistEvent());
  await until(() => times(page, list, albums) === '2,2,1');
  sendEvent(newMessage('changed.track', { trackId: newId(), withdrawn: true }, { actor: null, at: 1 }));
  await until(() => times(page, list, albums) === '3,2,2');
});

it('leaves the event of a change of this tab to that change', async () => {
  const page = await shown(keys.playlist('p'));
  changes.onEvent.mockReturnValueOnce(true);
  sendEvent(playlistEvent({ refused: { code: 'conflict', message: 'no' } }));
  expect(page).toHaveBeenCalledTimes(1);
  expect(onRefused).not.toHaveBeenCalled();
});

it('tells of a refusal that no change of this tab waits for', () => {
  sendEvent(playlistEvent({ refused: { code: 'conflict', message: 'no' } }));
  expect(onRefused).toHaveBeenCalledWith(expect.objectContaining({ code: 'conflict', message: 'no' }));
});

it('refetches everything that is shown when the connection is back, once, and asks about what is pending', async () => {
  const queries = [await shown(keys.playlist('p')), await shown(keys.albums), await shown(keys.me)];
  comeBack();
  await until(() => times(...queries) === '2,2,2');
  expect(changes.returned).toHaveBeenCalledTimes(1);
});

it('refetches what shows names after tags were edited', async () => {
  const [albums, album, playlist, me] = [
    await shown(keys.albums),
    await shown(keys.album('a')),
    await shown(keys.playlist('p')),
    await shown(keys.me),
  ];
  sendEvent(newMessage('changed.tags', { trackIds: null }, { actor: null, at: 1 }));
  await until(() => times(albums, album, playlist) === '2,2,2');
  expect(times(me)).toBe('1');
});
