import { describe, expect, it } from 'vitest';
import { MAX_PEER_FLIGHTS } from './constants';
import type { PlanPeer } from './model';
import { choosePeer } from './peer-choice';
import { asked, CHUNK, input, NOW, peer, upTo } from './plan.fixture';
import { beginRound } from './round';

const chosen = (peers: readonly PlanPeer[], except: string | null = null, flights = 0) =>
  choosePeer(beginRound(input({ peers, flights: upTo(flights).map((chunk) => asked(chunk, 10)) })), 39, except);

describe('of several peers', () => {
  const quick = peer({ peer: 'quick', rateBps: 10 * CHUNK });
  const slow = peer({ peer: 'slow', rateBps: CHUNK });
  it.each<[string, PlanPeer[], string | null]>([
    ['the quicker is chosen', [slow, quick], 'quick'],
    ['the slower, where the quicker is owed too much', [slow, { ...quick, outstandingBytes: 20 * CHUNK }], 'slow'],
    ['the one that should bring it first', [slow, { ...quick, outstandingBytes: 10 * CHUNK }], 'slow'],
    ['the first of equals', [{ ...quick, peer: 'first' }, quick], 'first'],
    ['an idle one that takes longer than is allowed', [peer({ peer: 'idle', rateBps: 1 })], 'idle'],
    ['one that has the chunk', [slow, { ...quick, has: () => false }], 'slow'],
    ['one whose link is open', [slow, { ...quick, link: 'dialling' }], 'slow'],
    ['one that does not back off', [slow, { ...quick, backoffUntil: NOW + 1 }], 'slow'],
    ['nobody, where none may be asked', [{ ...quick, outstandingBytes: 20 * CHUNK }], null],
  ])('%s', (_, peers, expected) => {
    expect(chosen(peers)?.peer.peer ?? null).toBe(expected);
  });

  it('not the one that was asked already, and none where all requests are taken', () => {
    expect(chosen([slow, quick], 'quick')?.peer.peer).toBe('slow');
    expect(chosen([slow, quick], null, MAX_PEER_FLIGHTS - 1)?.peer.peer).toBe('quick');
    expect(chosen([slow, quick], null, MAX_PEER_FLIGHTS)).toBeNull();
  });

  it('is expected after what it owes already', () => {
    expect(chosen([{ ...quick, outstandingBytes: 4 * CHUNK }])?.expectedS).toBeCloseTo(0.5);
  });
});
