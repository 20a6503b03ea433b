import { beforeEach, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { Mark } from '@/lib/contracts/marks';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { isLoved, type MarkChange, type Marked, MarkStore, starsOf } from './mark-store';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const track = (id = newId()): Marked => ({ kind: 'track', id });
const loved = (one: Marked, rating: number | null = null): Mark => ({ ...one, lovedAt: 7, rating });
const nothing = () => {};

let clock: HandClock;
let asked: Marked[][];
let server: { revision: number; marks: Mark[] } | null;
let pending: { change: MarkChange; revision: number | null }[];
let store: MarkStore;

beforeEach(() => {
  clock = new HandClock();
  [asked, pending] = [[], []];
  server = { revision: 1, marks: [] };
  store = new MarkStore({
    clock,
    pending: () => pending,
    ask: async (items) => {
      asked.push([...items]);
      if (server === null) throw new Error('away');
      return server;
    },
  });
});

/** Lets what is gathered be asked for, and answered. */
async function answer(ms = 100): Promise<void> {
  clock.pass(ms);
  for (let n = 0; n < 20; n++) await settled();
}

it('asks once for all that comes into sight together, 200 at a time, and for nothing that left it', async () => {
  const rows = Array.from({ length: 450 }, () => track());
  const stops = rows.map((row) => store.subscribe(row, nothing));
  stops[0]?.();
  await answer();
  expect(asked.map((items) => items.length)).toEqual([200, 200, 49]);
  store.subscribe(rows[5] as Marked, nothing);
  await answer();
  expect(asked).toHaveLength(3);
});

it('tells of what it learns, from answers and from events', async () => {
  const [one, other] = [track(), track()];
  const told: string[] = [];
  store.subscribe(one, () => told.push('one'));
  store.subscribe(other, () => told.push('other'));
  expect(store.bits(one)).toBeNull();
  server = { revision: 4, marks: [loved(one, 3)] };
  await answer();
  expect([isLoved(store.bits(one)), starsOf(store.bits(one)), store.bits(other)]).toEqual([true, 3, 0]);
  store.take([other], { revision: 5, marks: [loved(other)] });
  expect(isLoved(store.bits(other))).toBe(true);
  store.take([other], { revision: 6, marks: [{ ...other, lovedAt: null, rating: null }] });
  expect(store.bits(other)).toBe(0);
  expect(told).toEqual(['one', 'other', 'other', 'other']);
});

it('keeps what is newer, whichever comes last', async () => {
  const one = track();
  store.subscribe(one, nothing);
  store.take([one], { revision: 9, marks: [loved(one)] });
  store.take([one], { revision: 8, marks: [] });
  expect(isLoved(store.bits(one))).toBe(true);
});

it('shows pending changes on top, until what the server has holds them', () => {
  const one = track();
  const change = (to: MarkChange['to']): MarkChange => ({ id: 'marks', kind: 'track', items: [{ id: one.id }], to });
  store.take([one], { revision: 2, marks: [loved(one, 2)] });
  pending = [
    { change: change({ loved: false }), revision: null },
    { change: change({ rating: 5 }), revision: null },
  ];
  expect([isLoved(store.bits(one)), starsOf(store.bits(one))]).toEqual([false, 5]);
  pending = [{ change: change({ loved: false }), revision: 2 }];
  expect(isLoved(store.bits(one))).toBe(true);
  pending = [{ change: change({ loved: true }), revision: null }];
  expect([isLoved(store.bits({ kind: 'album', id: one.id })), store.bits(track())]).toEqual([false, null]);
});

it('asks again after a failure, ever more rarely, and at once when the connection is back', async () => {
  server = null;
  const one = track();
  store.subscribe(one, nothing);
  await answer();
  await answer(4_000);
  expect(asked).toHaveLength(1);
  await answer(1_000);
  await answer(9_000);
  expect(asked).toHaveLength(2);
  server = { revision: 1, marks: [loved(one)] };
  await answer(1_000);
  expect([asked.length, isLoved(store.bits(one))]).toEqual([3, true]);
});

it('asks anew for what is shown when events may have been missed, and forgets the rest', async () => {
  const [shown, left] = [track(), track()];
  store.subscribe(shown, nothing);
  store.take([shown, left], { revision: 3, marks: [loved(shown), loved(left)] });
  server = { revision: 4, marks: [] };
  store.returned();
  expect([isLoved(store.bits(shown)), store.bits(left)]).toEqual([true, null]);
  await answer();
  expect([store.bits(shown), asked]).toEqual([0, [[shown]]]);
});

it('does not grow with what is shown no more', () => {
  const shown = track();
  store.subscribe(shown, nothing);
  store.take([shown], { revision: 1, marks: [] });
  const many = Array.from({ length: 10_500 }, () => track());
  for (let n = 0; n < many.length; n += 500) store.take(many.slice(n, n + 500), { revision: 2, marks: [] });
  expect(many.filter((one) => store.bits(one) !== null)).toHaveLength(9_999);
  expect(store.bits(shown)).toBe(0);
});
