import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import {
  type Chance,
  clear,
  emptyQueue,
  enqueue,
  followingIndex,
  jumpTo,
  MAX_QUEUE_ITEMS,
  nextIndex,
  playNow,
  previousIndex,
  type Queue,
  remove,
  setShuffle,
} from './queue';

const track = (title: string) => someTrack({ id: title.padEnd(22, '_'), title });
const tracks = (titles: string) => [...titles].map(track);

/** Keys k0, k1, …; chance that always takes the first. */
function chance(): Chance {
  let n = 0;
  return { newKey: () => `k${n++}`, random: () => 0 };
}
const titles = (queue: Queue) => queue.items.map((item) => item.track.title).join('');
const shown = (queue: Queue) => `${titles(queue)}@${queue.index}`;
const keyOf = (queue: Queue, title: string) => queue.items.find((item) => item.track.title === title)?.key ?? 'none';

describe('the queue', () => {
  const abc = playNow(emptyQueue, tracks('abc'), 1, chance());
  const more = { newKey: () => `n${Math.random()}`, random: () => 0 };

  it.each<[string, () => Queue, string]>([
    ['plays now from the chosen one', () => abc, 'abc@1'],
    ['keeps a chosen place inside the list', () => playNow(abc, tracks('xy'), 9, more), 'xy@1'],
    ['plays nothing of nothing', () => playNow(abc, [], 0, more), '@-1'],
    ['adds at the end', () => enqueue(abc, tracks('xy'), 'end', more), 'abcxy@1'],
    ['adds behind the current one', () => enqueue(abc, tracks('xy'), 'next', more), 'abxyc@1'],
    ['adds to an empty queue without choosing', () => enqueue(emptyQueue, tracks('x'), 'next', more), 'x@-1'],
    ['removes one before the current', () => remove(abc, keyOf(abc, 'a')), 'bc@0'],
    ['removes one behind the current', () => remove(abc, keyOf(abc, 'c')), 'ab@1'],
    ['lets the one behind take a removed one’s place', () => remove(abc, keyOf(abc, 'b')), 'ac@1'],
    ['chooses nothing when the last is removed while current', () => remove({ ...abc, index: 2 }, 'k2'), 'ab@-1'],
    ['ignores an unknown key', () => remove(abc, 'nobody'), 'abc@1'],
    ['jumps', () => jumpTo(abc, keyOf(abc, 'c')), 'abc@2'],
    ['does not jump to an unknown key', () => jumpTo(abc, 'nobody'), 'abc@1'],
    ['clears', () => clear(abc), '@-1'],
  ])('%s', (_, change, expected) => {
    expect(shown(change())).toBe(expected);
  });

  it.each<[Queue['repeat'], number, number | null, number | null, number | null]>([
    // repeat, place, next, following by itself, previous
    ['off', 0, 1, 1, null],
    ['off', 1, 2, 2, 0],
    ['off', 2, null, null, 1],
    ['all', 0, 1, 1, 2],
    ['all', 2, 0, 0, 1],
    ['one', 1, 2, 1, 0],
    ['one', 2, 0, 2, 1],
  ])('repeat %s at %i leads to %s, %s by itself, back to %s', (repeat, index, next, following, previous) => {
    const queue = { ...abc, repeat, index };
    expect([nextIndex(queue), followingIndex(queue), previousIndex(queue)]).toEqual([next, following, previous]);
  });

  it('has neither next nor previous while empty', () => {
    const queue: Queue = { ...emptyQueue, repeat: 'one' };
    expect([nextIndex(queue), followingIndex(queue), previousIndex(queue)]).toEqual([null, null, null]);
  });

  it('shuffles around the current one, once, and finds back', () => {
    const five = playNow(emptyQueue, tracks('abcde'), 2, chance());
    const mixed = setShuffle(five, true, chance());
    expect(mixed.items[0]).toBe(five.items[2]);
    expect(mixed.index).toBe(0);
    expect(titles(mixed)).not.toBe('cabde');
    expect([...titles(mixed)].sort().join('')).toBe('abcde');
    expect(setShuffle(mixed, true, chance())).toBe(mixed);
    const later = { ...mixed, index: 3 };
    const back = setShuffle(later, false, chance());
    expect(titles(back)).toBe('abcde');
    expect(back.items[back.index]).toBe(later.items[3]);
  });

  it('finds back with what was added and removed while shuffled', () => {
    let queue = setShuffle(playNow(emptyQueue, tracks('abcd'), 1, chance()), true, chance());
    queue = enqueue(queue, tracks('x'), 'next', more);
    queue = enqueue(queue, tracks('y'), 'end', more);
    queue = remove(queue, keyOf(queue, 'c'));
    expect(titles(queue).slice(0, 2)).toBe('bx');
    expect(shown(setShuffle(queue, false, chance()))).toBe('abxdy@1');
  });

  it('keeps shuffling what is played next', () => {
    const queue = playNow(setShuffle(abc, true, chance()), tracks('vwxyz'), 3, chance());
    expect(queue.items[0]?.track.title).toBe('y');
    expect(titles(setShuffle(queue, false, chance()))).toBe('vwxyz');
  });

  it('is bounded', () => {
    const many = Array.from({ length: MAX_QUEUE_ITEMS + 10 }, () => track('m'));
    const queue = playNow(emptyQueue, many, MAX_QUEUE_ITEMS + 9, chance());
    expect([queue.items.length, queue.index]).toEqual([MAX_QUEUE_ITEMS, MAX_QUEUE_ITEMS - 1]);
    expect(enqueue(queue, tracks('x'), 'end', more).items.length).toBe(MAX_QUEUE_ITEMS);
  });
});
