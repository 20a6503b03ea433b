import { beforeEach, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { RpcName } from '@/lib/contracts/rpc';
import type { Bus } from '@/lib/messaging/bus';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { Listeners } from './listeners';

const answer = vi.fn();
let clock: HandClock;
let listeners: Listeners;
let tell: (fact: Message) => Promise<void>;

beforeEach(async () => {
  answer.mockReset();
  clock = new HandClock();
  const bus = {
    request: async (name: RpcName, params: unknown) => await answer(name, params),
    async subscribe(_: unknown, handle: typeof tell) {
      tell = handle;
      return { close: async () => {} };
    },
  } as unknown as Bus;
  listeners = new Listeners(bus, { debug: vi.fn() }, clock);
  await listeners.start();
});

it('knows what a listener plays, and asks again once something was played', async () => {
  answer.mockResolvedValue({ tracks: [{ trackId: 'a', plays: 3 }] });
  expect(await listeners.playedBy('ana')).toEqual(new Map([['a', 3]]));
  await listeners.playedBy('ana');
  expect(answer).toHaveBeenCalledTimes(1);
  const fact = { accountId: 'ana', trackId: 'b' };
  await tell(newMessage('changed.history', fact, { actor: 'ana', at: 0 }));
  answer.mockResolvedValue({ tracks: [{ trackId: 'b', plays: 9 }] });
  expect(await listeners.playedBy('ana')).toEqual(new Map([['b', 9]]));
});

it('goes on without what is played where that cannot be had, at once or soon', async () => {
  answer.mockRejectedValue(new EnxameError('unavailable', 'Away.'));
  expect(await listeners.playedBy('ana')).toEqual(new Map());
  let come = (_: unknown) => {};
  answer.mockReturnValue(new Promise((resolve) => (come = resolve)));
  const asked = listeners.playedBy('bia');
  await new Promise(setImmediate);
  clock.pass(150);
  expect(await asked).toEqual(new Map());
  come({ tracks: [{ trackId: 'a', plays: 1 }] });
  await vi.waitFor(async () => expect(await listeners.playedBy('bia')).toEqual(new Map([['a', 1]])));
});

it('has all favourites of all kinds, page by page, and says when they cannot be had', async () => {
  answer.mockImplementation((_, { kind, after }) => {
    if (kind !== 'track') return { ids: [], lovedAt: [], ratings: [], next: null };
    return after === null
      ? { ids: ['a', 'rated'], lovedAt: [1, null], ratings: [null, 5], next: 'rated' }
      : { ids: ['z'], lovedAt: [2], ratings: [null], next: null };
  });
  expect(await listeners.lovedBy('ana')).toEqual(new Set(['a', 'z']));
  const state = { accountId: 'ana', revision: 2, marks: [], messageId: crypto.randomUUID() };
  await tell(newMessage('changed.marks', state, { actor: 'ana', at: 0 }));
  answer.mockRejectedValue(new EnxameError('unavailable', 'Away.'));
  await expect(listeners.lovedBy('ana')).rejects.toMatchObject({ code: 'unavailable' });
});
