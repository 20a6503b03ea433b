import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveBefore, placesOf, putBack } from './order';

const letters = [...'abcdefghijkl'];
/** An order of letters, some of them, and others that may not be there. */
const order = fc.shuffledSubarray(letters);
const some = fc.shuffledSubarray(letters);
const without = (from: readonly string[], gone: readonly string[]) => from.filter((id) => !gone.includes(id));

describe('moveBefore', () => {
  it.each([
    ['abcd', 'd', 'b', 'adbc'],
    ['abcd', 'ca', null, 'bdca'],
    ['abcd', 'ba', 'd', 'cbad'],
    // The anchor is moved itself, is gone, or is what is moved.
    ['abcd', 'bc', 'b', 'abcd'],
    ['abcd', 'cb', 'c', 'acbd'],
    ['abcd', 'a', 'x', 'bcda'],
    ['abcd', 'b', 'b', 'abcd'],
    // What is moved is gone, or named twice.
    ['abcd', 'xdy', 'a', 'dabc'],
    ['abcd', 'dd', 'a', 'dabc'],
    ['', 'a', 'b', ''],
  ])('%s: %s before %s is %s', (from, ids, before, to) => {
    expect(moveBefore([...from], [...ids], before).join('')).toBe(to);
  });

  it('loses nothing, and leaves the others in their order', () => {
    fc.assert(
      fc.property(order, some, fc.option(fc.constantFrom(...letters)), (from, ids, before) => {
        const to = moveBefore(from, ids, before);
        expect(to.toSorted()).toEqual(from.toSorted());
        expect(without(to, ids)).toEqual(without(from, ids));
        expect(to.filter((id) => ids.includes(id))).toEqual(ids.filter((id) => from.includes(id)));
      }),
    );
  });
});

describe('putBack', () => {
  it('brings back the very order, when nobody else changed it', () => {
    fc.assert(
      fc.property(order, some, fc.option(fc.constantFrom(...letters)), (from, ids, before) => {
        const places = placesOf(from, new Set(ids));
        expect(putBack(without(from, ids), places)).toEqual(from);
        expect(putBack(moveBefore(from, ids, before), places)).toEqual(from);
      }),
    );
  });

  it('puts all of them somewhere and leaves the others in their order, whatever happened since', () => {
    fc.assert(
      fc.property(order, some, order, (from, ids, now) => {
        const places = placesOf(from, new Set(ids));
        const to = putBack(now, places);
        const back = places.map((place) => place.entryId);
        expect(to.toSorted()).toEqual([...new Set([...now, ...back])].sort());
        expect(without(to, back)).toEqual(without(now, back));
      }),
    );
  });

  it.each([
    // b and c were taken from between a and d; meanwhile:
    ['xad', 'xabcd'],
    ['da', 'dabc'],
    ['xd', 'xbcd'],
    ['wxyz', 'wbcxyz'],
    ['', 'bc'],
  ])('into %s gives %s', (now, to) => {
    expect(putBack([...now], placesOf([...'abcd'], new Set('bc'))).join('')).toBe(to);
  });
});
