import { expect, it } from 'vitest';
import type { Mark } from '@/lib/contracts/marks';
import { type MessageData, newMessage } from '@/lib/contracts/messages';
import { isMarked, itemsOf, type MarkCommand, marksAfter } from './change';

const NOW = 10_000;
const love = (items: MessageData<'favourite.set'>['items'], loved = true) =>
  newMessage('favourite.set', { kind: 'track', loved, items }, { actor: 'ana', at: NOW });
const rate = (ids: string[], rating: number | null) =>
  newMessage('rating.set', { kind: 'track', ids, rating }, { actor: 'ana', at: NOW });

function after(command: MarkCommand, ...before: Partial<Mark>[]) {
  const known = before.map((mark) => ({ kind: 'track', id: 'a', lovedAt: null, rating: null, ...mark }) as Mark);
  return marksAfter(command, new Map(known.map((mark) => [mark.id, mark]))).map(({ id, lovedAt, rating }) => [
    id,
    lovedAt,
    rating,
  ]);
}

it.each([
  ['loves', after(love([{ id: 'a' }])), [['a', NOW, null]]],
  ['keeps a rating', after(love([{ id: 'a' }]), { rating: 3 }), [['a', NOW, 3]]],
  ['keeps the time of what is one already', after(love([{ id: 'a', since: 1 }]), { lovedAt: 7 }), [['a', 7, null]]],
  ['restores the time', after(love([{ id: 'a', since: 5 }])), [['a', 5, null]]],
  ['takes a time to come as now', after(love([{ id: 'a', since: NOW + 1 }])), [['a', NOW, null]]],
  [
    'keeps several in their order',
    after(love([{ id: 'a' }, { id: 'b' }])),
    [
      ['a', NOW, null],
      ['b', NOW - 1, null],
    ],
  ],
  ['takes each once', after(love([{ id: 'a' }, { id: 'a' }])), [['a', NOW, null]]],
  [
    'takes it back, and leaves the rating',
    after(love([{ id: 'a' }], false), { lovedAt: 7, rating: 3 }),
    [['a', null, 3]],
  ],
  [
    'rates what was not marked',
    after(rate(['a', 'b'], 5), { lovedAt: 7 }),
    [
      ['a', 7, 5],
      ['b', null, 5],
    ],
  ],
  ['takes a rating away', after(rate(['a'], null), { lovedAt: 7, rating: 2 }), [['a', 7, null]]],
])('%s', (_, made, expected) => expect(made).toEqual(expected));

it('names what a command is about, and tells what is not marked any more', () => {
  expect(itemsOf(rate(['b', 'a', 'b'], 1))).toEqual(['b', 'a']);
  const [gone] = marksAfter(rate(['a'], null), new Map());
  expect(gone !== undefined && isMarked(gone)).toBe(false);
});
