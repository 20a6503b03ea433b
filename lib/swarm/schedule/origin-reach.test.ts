import { describe, expect, it } from 'vitest';
import * as policy from './constants';
import type { PlanInput } from './model';
import { isOurShare, originReachS } from './origin-reach';
import { input, NOW, peer, playingAt, upTo } from './plan.fixture';
import { beginRound } from './round';

const lacking = (holds: number) => peer({ has: () => false, holds });

describe('the origin’s reach', () => {
  const paused = { ...playingAt(0, 8), playing: false };
  it.each<[string, Partial<PlanInput>, number]>([
    ['while no peer is there', {}, policy.ORIGIN_ALONE_AHEAD_S],
    ['while no peer is there and the track is paused', { playback: paused }, policy.ORIGIN_PAUSED_AHEAD_S],
    ['of a track just opened', { openedAt: NOW }, policy.ORIGIN_START_AHEAD_S],
    ['two seconds later', { openedAt: NOW - 2000 }, policy.ORIGIN_START_AHEAD_S + 2 * policy.FILL_PACE],
    ['for what a quick peer holds', { peers: [peer()] }, policy.URGENT_S],
    ['for what slow peers hold', { peers: [peer({ rateBps: 10 }), peer({ rateBps: 10 })] }, policy.ORIGIN_AHEAD_S],
    ['for what peers hold that back off', { peers: [peer({ backoffUntil: NOW + 1 })] }, policy.ORIGIN_OTHERS_AHEAD_S],
    [
      'for what only an absent peer holds',
      { peers: [peer({ backoffUntil: NOW + 60_000 })] },
      policy.ORIGIN_ALONE_AHEAD_S,
    ],
    ['while a link is dialled', { peers: [peer({ link: 'dialling' })] }, policy.ORIGIN_DIALLING_LEAST_S],
    [
      'while a peer has yet to say what it holds',
      { peers: [{ ...lacking(0), settling: true }] },
      policy.ORIGIN_DIALLING_LEAST_S,
    ],
    [
      'while the tracker is asked, if the origin is slow',
      { tracked: false, openedAt: NOW - 1900, originChunkS: 9 },
      policy.ORIGIN_DIALLING_MOST_S,
    ],
    [
      'while the tracker is asked, and the origin was not',
      { tracked: false, openedAt: NOW - 1900, originChunkS: null },
      0,
    ],
    [
      'while the tracker is late',
      { tracked: false, openedAt: NOW - policy.TRACKER_PATIENCE_MS },
      policy.ORIGIN_OTHERS_AHEAD_S,
    ],
    [
      'where the tracker has not answered for long',
      { tracked: false, openedAt: NOW - policy.BACKGROUND_AFTER_MS },
      policy.ORIGIN_ALONE_AHEAD_S,
    ],
    ['where another peer leads', { peers: [lacking(policy.LEAD_CHUNKS)] }, policy.ORIGIN_OTHERS_AHEAD_S],
    ['where this peer leads', { holds: 20, peers: [lacking(20 - policy.LEAD_CHUNKS)] }, policy.ORIGIN_ALONE_AHEAD_S],
    ['while the origin is away', { originUsable: false }, -1],
    ['while nobody reads or listens', { playback: null }, -1],
  ])('%s', (_, over, expected) => {
    expect(originReachS(beginRound(input({ playback: playingAt(0, 8), ...over })), 5)).toBe(expected);
  });

  it('is shared out among equals: each block is the share of exactly one', () => {
    const names = ['a', 'b', 'c', 'd'];
    const shares = names.map((self) => {
      const others = names.filter((name) => name !== self).map((name) => peer({ peer: name }));
      return upTo(400).filter((chunk) => isOurShare(self, others, chunk));
    });
    expect(shares.flat().sort((a, b) => a - b)).toEqual(upTo(400));
    for (const share of shares) expect(share.length).toBeGreaterThan(40);
  });
});
