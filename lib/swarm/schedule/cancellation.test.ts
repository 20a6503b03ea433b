import { describe, expect, it } from 'vitest';
import { checkOriginSpans, peerRequestsToCancel } from './cancellation';
import { JUMP_PAST_CHUNKS, PEER_GIVE_UP_MS } from './constants';
import type { PlanInput } from './model';
import { asked, input, NOW, peer, playingAt, upTo } from './plan.fixture';
import { beginRound } from './round';

describe('requests to peers', () => {
  // Chunk 9 is due in 36 s: beyond ORIGIN_ALONE_AHEAD_S.
  const requests = [asked(0, 10), asked(1, PEER_GIVE_UP_MS), asked(9, 10), asked(30, 10), asked(31, 10, null)];
  it.each<[string, Partial<PlanInput>, number[]]>([
    ['without an answer for too long', { playback: playingAt(0, 4) }, [1]],
    ['ahead of what the player waits for as well', { playback: playingAt(0, 0), wanted: [0] }, [1, 9, 30]],
    [
      'without an answer alone while it is paused',
      { playback: { ...playingAt(0, 0), playing: false }, wanted: [0] },
      [1],
    ],
    ['without an answer alone while it waits for what is not due', { playback: playingAt(0, 4), wanted: [1] }, [1]],
  ])('are cancelled that are %s', (_, over, expected) => {
    const cancelled = peerRequestsToCancel(beginRound(input({ ...over, flights: requests })));
    expect(cancelled.map(({ chunk }) => chunk)).toEqual(expected);
  });
});

describe('a request to the origin', () => {
  const span = upTo(12).map((chunk) => asked(chunk + 20, 300, null));
  const all = upTo(12).map((chunk) => chunk + 20);
  const jumpTo = (chunk: number) => ({ playback: playingAt(chunk, 0), wanted: [chunk] });
  const early = { playback: playingAt(0, 4) };
  it.each<[string, Partial<PlanInput>, boolean]>([
    ['a jump lands far behind what comes next', jumpTo(20 + JUMP_PAST_CHUNKS), true],
    ['a jump lands close behind it', jumpTo(20 + JUMP_PAST_CHUNKS - 1), false],
    ['what comes next is waited for too', { playback: playingAt(25, 0), wanted: [20, 25] }, false],
    ['a jump lands elsewhere', jumpTo(2), true],
    ['peers have it all and it is not due soon', { ...early, peers: [peer()] }, true],
    ['peers have all but one chunk of it', { ...early, peers: [peer({ has: (chunk) => chunk !== 25 })] }, false],
    ['peers have it, but their links are not open', { ...early, peers: [peer({ link: 'dialling' })] }, false],
    ['a read waits for some of it', { ...early, peers: [peer()], wanted: [21] }, false],
    ['nothing happened', early, false],
  ])('where %s is cancelled: %s', (_, over, isCancelled) => {
    const spans = checkOriginSpans(beginRound(input({ ...over, flights: span })));
    expect(spans).toEqual(
      isCancelled ? { cancelled: [{ span: 1, chunks: all }], kept: 0 } : { cancelled: [], kept: 1 },
    );
  });

  it('is looked at apart from other requests', () => {
    const other = upTo(3).map((chunk) => ({ chunk, peer: null, span: 2, since: NOW }));
    const round = beginRound(input({ ...jumpTo(0), flights: [...span, ...other] }));
    expect(checkOriginSpans(round)).toEqual({ cancelled: [{ span: 1, chunks: all }], kept: 1 });
  });
});
