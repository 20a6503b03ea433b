import { expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { handoverOf, takenOver } from './handover';
import { emptyQueue, pageChance, playNow, setShuffle } from './queue';

const tracks = ['a', 'b', 'c', 'd'].map((letter) => someTrack({ id: letter.repeat(22) }));
const letters = ({ items }: { items: readonly { track: { id: string } }[] }) => items.map(({ track }) => track.id[0]);
/** 0 shuffles the same way each time. */
const chance = { ...pageChance, random: () => 0 };

it('a queue goes on elsewhere with its order, its place, repeat and shuffle', () => {
  const queue = setShuffle(playNow({ ...emptyQueue, repeat: 'all' }, tracks, 2, chance), true, chance);
  const taken = takenOver(handoverOf(queue, 12.5), chance.newKey);
  expect(letters(taken)).toEqual(letters(queue));
  expect(taken).toMatchObject({ index: queue.index, repeat: 'all' });
  // Shuffle off leads to the order before, around the same track.
  const plain = setShuffle(taken, false, chance);
  expect([letters(plain), plain.index]).toEqual([['a', 'b', 'c', 'd'], 2]);
});

it.each([
  ['names too few', [1]],
  ['names one twice', [0, 0, 1, 2]],
  ['names what is not there', [0, 1, 2, 9]],
])('an order before shuffling that %s is not used', (_, unshuffled) => {
  const given = { tracks, currentIndex: 0, positionS: 0, repeat: 'off', unshuffled } as const;
  expect(letters(setShuffle(takenOver(given, chance.newKey), false, chance))).toEqual(['a', 'b', 'c', 'd']);
});

it('an empty queue is taken over as one', () => {
  const given = { tracks: [], currentIndex: 0, positionS: 0, repeat: 'off', unshuffled: null } as const;
  expect(takenOver(given, chance.newKey)).toMatchObject({ items: [], index: -1 });
});
