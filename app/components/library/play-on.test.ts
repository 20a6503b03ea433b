import { expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { Player, PlayerState } from '@/lib/player/api';
import { emptyQueue, enqueue, MAX_QUEUE_ITEMS, playNow, type Queue } from '@/lib/player/queue';
import { addRest } from './play-on';

function playing(count: number) {
  let key = 0;
  const chance = { newKey: () => String(key++), random: () => 0 };
  let queue: Queue = playNow(
    emptyQueue,
    Array.from({ length: count }, () => someTrack({})),
    0,
    chance,
  );
  const player: Pick<Player, 'state' | 'enqueue' | 'setShuffle'> = {
    state: () => ({ queue: queue.items, shuffle: false }) as unknown as PlayerState,
    enqueue(tracks, where) {
      const before = queue.items.length;
      queue = enqueue(queue, tracks, where, chance);
      return queue.items.length - before;
    },
    setShuffle() {},
  };
  return {
    player,
    own: () => new Set(queue.items.map(({ key }) => key)),
    length: () => queue.items.length,
    replace() {
      queue = playNow(emptyQueue, [someTrack({})], 0, chance);
    },
  };
}

const library = (total: number, asked: number[] = []) => ({
  asked,
  fetch: async ({ offset, limit }: { offset: number; limit: number }) => {
    asked.push(offset);
    const count = Math.max(0, Math.min(limit, total - offset));
    return { items: Array.from({ length: count }, () => someTrack({})), total };
  },
});

it('a list of 5,000 is played to its end', async () => {
  const { player, own, length } = playing(100);
  expect(await addRest(player, own(), 100, library(5_000).fetch)).toBe(false);
  expect(length()).toBe(5_000);
});

it('of a longer one as many as a queue holds, and that is said', async () => {
  const { player, own, length } = playing(100);
  const { asked, fetch } = library(100_000);
  expect(await addRest(player, own(), 40_000, fetch)).toBe(true);
  expect(length()).toBe(MAX_QUEUE_ITEMS);
  expect(asked.length).toBe(20);
});

it('ends when something else is played meanwhile', async () => {
  const { player, own, length, replace } = playing(100);
  const { asked, fetch } = library(5_000);
  const answer = addRest(player, own(), 100, async (page) => {
    if (page.offset > 1_000) replace();
    return fetch(page);
  });
  expect(await answer).toBe(false);
  expect([length(), asked.length]).toEqual([1, 3]);
});
