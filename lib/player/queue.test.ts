import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { QueueEdit, QueueUndo } from './api';
import {
  type Chance,
  clear,
  edit,
  emptyQueue,
  enqueue,
  followingIndex,
  jumpTo,
  MAX_QUEUE_ITEMS,
  nextIndex,
  playNow,
  previousIndex,
  type Queue,
  refresh,
  setShuffle,
  undo,
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
const remove = (queue: Queue, ...keys: string[]) => edit(queue, { kind: 'remove', keys }).queue;
const keyOf = (queue: Queue, title: string) => queue.items.find((item) => item.track.title === title)?.key ?? 'none';

/** Repeatable chance (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
    ['calls tracks as they are called now', () => refresh(abc, [{ ...track('b'), title: 'B' }, track('x')]), 'aBc@1'],
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

  // The queue is abcdef with c playing; upper case: nothing is chosen.
  it.each<[string, string, string | null, string]>([
    ['c', 'e', 'b', 'aebcdf@3'],
    ['c', 'b', 'e', 'acdbef@1'],
    ['c', 'ad', null, 'bcefad@1'],
    ['c', 'fd', 'a', 'dfabce@4'],
    ['c', 'c', 'a', 'cabdef@0'],
    ['c', 'de', 'd', 'abcdef@2'],
    ['c', 'df', 'd', 'abcdfe@2'],
    ['c', 'a', 'x', 'bcdefa@1'],
    ['c', 'x', 'a', 'abcdef@2'],
    ['', 'f', 'a', 'fabcde@-1'],
  ])('with %j playing, moves %s to before %s: %s', (current, moved, before, expected) => {
    const queue = { ...playNow(emptyQueue, tracks('abcdef'), 2, chance()), index: current === '' ? -1 : 2 };
    const keys = [...moved].map((title) => keyOf(queue, title));
    const to = before && keyOf(queue, before);
    expect(shown(edit(queue, { kind: 'move', keys, before: to }).queue)).toBe(expected);
  });

  it.each<[string, number, string]>([
    ['what comes next', 2, 'abc@2'],
    ['nothing behind the last', 5, 'abcdef@5'],
    ['everything where nothing is chosen', -1, '@-1'],
  ])('clears %s', (_, index, expected) => {
    const queue = { ...playNow(emptyQueue, tracks('abcdef'), 0, chance()), index };
    const { queue: cleared, undo: back } = edit(queue, { kind: 'clearUpcoming' });
    expect(shown(cleared)).toBe(expected);
    expect(undo(cleared, back)).toEqual({ ...queue });
  });

  describe('takes back', () => {
    const six = playNow(emptyQueue, tracks('abcdef'), 2, chance());
    const without = (queue: Queue, titles: string) =>
      edit(queue, { kind: 'remove', keys: [...titles].map((title) => keyOf(queue, title)) });
    it.each<[string, () => string, string]>([
      [
        'a removal after the track has changed',
        () => {
          const { queue, undo: back } = without(six, 'e');
          return shown(undo(jumpTo(queue, keyOf(queue, 'f')), back));
        },
        'abcdef@5',
      ],
      [
        'the first of two removals, and not the second',
        () => {
          const first = without(six, 'd');
          return shown(undo(without(first.queue, 'e').queue, first.undo));
        },
        'abcdf@2',
      ],
      [
        'a removal twice, once',
        () => {
          const { queue, undo: back } = without(six, 'd');
          return shown(undo(undo(queue, back), back));
        },
        'abcdef@2',
      ],
      [
        'a removal where its neighbour is gone, behind the one before that',
        () => {
          const first = without(six, 'e');
          return shown(undo(without(first.queue, 'd').queue, first.undo));
        },
        'abcef@2',
      ],
      [
        'a clearing, before what was queued since',
        () => {
          const { queue, undo: back } = edit(six, { kind: 'clearUpcoming' });
          return shown(undo(enqueue(queue, tracks('x'), 'end', more), back));
        },
        'abcdefx@2',
      ],
      [
        'a clearing of a queue that was replaced: nothing',
        () => shown(undo(playNow(six, tracks('xy'), 0, more), edit(six, { kind: 'clearUpcoming' }).undo)),
        'xy@0',
      ],
      [
        'a move, but what was moved and then removed stays away',
        () => {
          const first = edit(six, { kind: 'move', keys: [keyOf(six, 'e'), keyOf(six, 'f')], before: keyOf(six, 'a') });
          return shown(undo(without(first.queue, 'f').queue, first.undo));
        },
        'abcde@2',
      ],
    ])('%s', (_, change, expected) => expect(change()).toBe(expected));

    it('any change of any queue, with what it was when shuffling ends', () => {
      const step = fc.record({
        kind: fc.constantFrom('remove', 'move', 'clearUpcoming', 'shuffle', 'next', 'enqueue'),
        picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
        before: fc.option(fc.nat(30)),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), fc.nat(), (steps, seed) => {
          const random = seeded(seed);
          const by = { newKey: () => `r${random()}`, random };
          let queue = playNow(emptyQueue, tracks('abcdefghij'), 3, by);
          const keyAt = (n: number) => queue.items[n % Math.max(1, queue.items.length)]?.key ?? 'none';
          for (const { kind, picks, before } of steps) {
            const current = queue.items[queue.index];
            if (kind === 'shuffle') queue = setShuffle(queue, queue.unshuffled === null, by);
            else if (kind === 'next') queue = { ...queue, index: nextIndex(queue) ?? queue.index };
            else if (kind === 'enqueue') queue = enqueue(queue, tracks('xy'), 'next', by);
            else {
              const keys = [...new Set(picks.map(keyAt))];
              const edits = {
                remove: { kind, keys },
                move: { kind, keys, before: before === null ? null : keyAt(before) },
                clearUpcoming: { kind },
              } as Record<typeof kind, QueueEdit>;
              const after: { queue: Queue; undo: QueueUndo } = edit(queue, edits[kind]);
              const back = undo(after.queue, after.undo);
              expect(back.items).toEqual(queue.items);
              expect(back.unshuffled).toEqual(queue.unshuffled);
              const kept = after.queue.items[after.queue.index];
              expect(back.items[back.index]).toBe(kept);
              if (kind !== 'remove') expect(kept).toBe(current);
              queue = after.queue;
            }
            expect(new Set(queue.items.map((item) => item.key)).size).toBe(queue.items.length);
            expect(queue.unshuffled === null || [...queue.unshuffled].sort()).toEqual(
              queue.unshuffled === null || queue.items.map((item) => item.key).sort(),
            );
          }
        }),
        { seed: 11, numRuns: 300 },
      );
    });
  });

  it('is bounded', () => {
    const many = Array.from({ length: MAX_QUEUE_ITEMS + 10 }, () => track('m'));
    const queue = playNow(emptyQueue, many, MAX_QUEUE_ITEMS + 9, chance());
    expect([queue.items.length, queue.index]).toEqual([MAX_QUEUE_ITEMS, MAX_QUEUE_ITEMS - 1]);
    expect(enqueue(queue, tracks('x'), 'end', more).items.length).toBe(MAX_QUEUE_ITEMS);
  });
});
