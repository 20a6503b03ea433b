import { describe, expect, it, vi } from 'vitest';
import { decideSlot, FairSlots, type Holder } from './fair-slots';

const limits = { total: 8, perPeer: 3, perAccount: 5 };

/** `ana1/n`: a tab of ana's in the network n. `count` slots of it. */
const of = (text: string): Holder => {
  const [peer = '', network = 'n'] = text.split('/');
  return { peer, account: peer.replace(/\d+$/, ''), network };
};
const slots = (text: string): Holder[] =>
  text.split(' ').flatMap((part) => {
    const [who = '', count = '1'] = part.split('*');
    return who === '' ? [] : Array.from({ length: Number(count) }, () => of(who));
  });

describe('a slot', () => {
  it.each([
    ['nobody is there', '', 'ana1', { kind: 'take' }],
    ['the tab has its share', 'ana1*3', 'ana1', { kind: 'own_limit' }],
    ['another tab of the account asks', 'ana1*3', 'ana2', { kind: 'take' }],
    ['the account has its share', 'ana1*3 ana2*2', 'ana3', { kind: 'own_limit' }],
    ['one account has its share, another asks', 'ana1*3 ana2*2', 'bia1', { kind: 'take' }],
    ['many are there, each with one', 'a b c d e f g', 'h', { kind: 'take' }],
    ['all are taken, each by another', 'a b c d e f g h', 'i', { kind: 'full' }],
    ['all are taken, one account has most', 'b ana1*3 ana2*2 c d', 'e', { kind: 'replace', place: 1 }],
    ['all are taken, and who asks has most', 'ana1*3 b*2 c d e', 'ana2', { kind: 'full' }],
    ['all are taken, nobody would be better off', 'a*2 b*2 c*2 d*2', 'a', { kind: 'full' }],
    ['all are taken, one more would only be equal', 'a*3 b*2 c*2 d', 'b', { kind: 'full' }],
    ['all are taken, two are more than none', 'a*2 b*2 c*2 d*2', 'e', { kind: 'replace', place: 0 }],
    ['one network has more than half', 'a/x b/y c/y d/y e/y f/y g/x h/x', 'i/x', { kind: 'replace', place: 1 }],
    ['one network has half', 'a/x b/y c/y d/y e/y f/x g/x h/x', 'i/z', { kind: 'full' }],
    ['one network has all and asks itself', 'a/y b/y c/y d/y e/y f/y g/y h/y', 'i/y', { kind: 'full' }],
    ['one network has all and another asks', 'a/y b/y c/y d/y e/y f/y g/y h/y', 'i/z', { kind: 'replace', place: 0 }],
  ])('where %s', (_, held, newcomer, decision) => {
    expect(decideSlot(slots(held), of(newcomer), limits)).toEqual(decision);
  });
});

describe('slots', () => {
  it('are given back once, and make room for who has less', () => {
    const shared = new FairSlots({ total: 2, perPeer: 2, perAccount: 2 });
    const ended = vi.fn();
    const back = shared.take(of('ana1'), () => ended('first'));
    shared.take(of('ana1'), () => ended('second'));
    shared.take(of('bia1'), () => ended('bia'));
    expect(ended.mock.calls).toEqual([['first']]);
    expect([shared.size, shared.isFull, shared.accounts()]).toEqual([2, true, ['ana', 'bia']]);
    back();
    expect(shared.size).toBe(2);
    shared.end('ana');
    expect(ended).toHaveBeenLastCalledWith('second');
    expect(shared.accounts()).toEqual(['bia']);
  });

  it('refuse with a reason', () => {
    const shared = new FairSlots({ total: 2, perPeer: 1, perAccount: 2 });
    shared.take(of('ana1'), () => {});
    expect(() => shared.take(of('ana1'), () => {})).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    shared.take(of('bia1'), () => {});
    expect(() => shared.take(of('caio1'), () => {})).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
});
