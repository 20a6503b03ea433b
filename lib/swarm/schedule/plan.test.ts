import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as policy from './constants';
import type { Action, Flight } from './model';
import { plan } from './plan';
import { asked, CHUNK, input, NOW, peer, playingAt, upTo } from './plan.fixture';

const doing = (over: Parameters<typeof input>[0]) => plan(input(over)).actions;
const ofOrigin = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'origin' ? [[action.from, action.to]] : []));
const askedOf = (actions: readonly Action[], peerId = 'p') =>
  actions.flatMap((action) => (action.do === 'ask' && action.peer === peerId ? [action.chunk] : []));

describe('the head of a track', () => {
  // A chunk takes 66 ms over the link.
  it.each([
    ['a warm link where the origin is far slower', 0.2, true],
    ['the origin where that is about as quick', 0.1, false],
    ['a warm link where nothing is known of the origin', null, true],
  ])('comes from %s', (_, originChunkS, fromLink) => {
    const actions = doing({ wanted: [0], peers: [peer()], playback: playingAt(0, 0), originChunkS });
    expect(ofOrigin(actions)).toEqual(fromLink ? [] : [[0, 1]]);
    expect(askedOf(actions).includes(0)).toBe(fromLink);
  });

  it('is all that a browser needs to begin, where a jump lands at the end of a chunk', () => {
    // A quarter of a second before the next chunk.
    const playback = { ...playingAt(5, 0), byte: 6 * CHUNK - CHUNK / 16, begin: [5, 6] };
    expect(ofOrigin(doing({ peers: [peer()], playback }))).toEqual([[5, 7]]);
    expect(ofOrigin(doing({ wanted: [5], peers: [peer()], playback }))).toEqual([[5, 7]]);
    // With a second of sound in it the first is enough.
    const early = { ...playback, byte: 6 * CHUNK - CHUNK / 4, begin: [5] };
    expect(ofOrigin(doing({ peers: [peer()], playback: early }))).toEqual([[5, 6]]);
  });

  it('is hedged by the origin after a moment without sound, not before', () => {
    const over = { wanted: [0], peers: [peer({ outstandingBytes: 2_000_000 })] };
    expect(ofOrigin(doing({ ...over, flights: [asked(0, policy.HEAD_HEDGE_MS)] }))).toEqual([[0, 1]]);
    const early = plan(input({ ...over, flights: [asked(0, 30)] }));
    expect(ofOrigin(early.actions)).toEqual([]);
    expect(early.wakeAt).toBe(NOW - 30 + policy.HEAD_HEDGE_MS);
  });

  it.each([
    ['with two seconds left, after the most that is waited', 2, 740, 760],
    ['with half a second left, after half of that', 0.5, 240, 260],
    ['with next to nothing left, as if there were no sound', 0.05, 70, 90],
  ])('what is due soon is asked of the origin in time: %s', (_, bufferedS, early, late) => {
    const hedged = (ageMs: number) => {
      const soon = { wanted: [1], held: [0], playback: playingAt(0, bufferedS), peers: [peer()], whole: false };
      return ofOrigin(doing({ ...soon, flights: [asked(1, ageMs)] })).some(([from]) => from === 1);
    };
    expect([hedged(early), hedged(late)]).toEqual([false, true]);
  });

  it('is not hedged while the peer delivers what it was asked before', () => {
    const busy = peer({ outstandingBytes: 2_000_000, heardAt: NOW - 10 });
    const soon = { wanted: [1], held: [0], playback: playingAt(0, 2), peers: [busy], whole: false };
    const hedged = (ageMs: number) =>
      ofOrigin(doing({ ...soon, flights: [asked(1, ageMs)] })).some(([from]) => from === 1);
    expect(hedged(1500)).toBe(false);
    expect(hedged(2300)).toBe(true);
    // No sound is worse than a chunk that comes twice.
    expect(ofOrigin(doing({ wanted: [0], flights: [asked(0, 100)], peers: [busy] }))).toEqual([[0, 1]]);
  });

  it('comes from the origin at once where no link is, and no more of it while one is dialled', () => {
    expect(ofOrigin(doing({ wanted: [0] }))).toEqual([[0, 8]]);
    expect(ofOrigin(doing({ wanted: [0], peers: [peer({ link: 'dialling' })] }))).toEqual([[0, 1]]);
    expect(ofOrigin(doing({ wanted: [0], peers: [peer({ has: () => false, holds: 0, settling: true })] }))).toEqual([
      [0, 1],
    ]);
    expect(ofOrigin(doing({ wanted: [0], tracked: false, openedAt: NOW - 100, originChunkS: null }))).toEqual([[0, 1]]);
  });

  it.each([
    [null, 0.5, false],
    [0.05, 0.9, true],
    [0.05, 1.5, false],
    [0.5, 2.9, true],
    [0.5, 3.5, false],
    [10, 4.9, true],
    [10, 5.5, false],
  ])(
    'while a link is dialled: origin brings a chunk in %s s, due in %s s: asked %s',
    (originChunkS, bufferedS, asks) => {
      const over = { wanted: [1], playback: playingAt(1, bufferedS), peers: [peer({ link: 'dialling' as const })] };
      expect(ofOrigin(doing({ ...over, originChunkS })).length > 0).toBe(asks);
    },
  );

  it('has the line to the origin for itself', () => {
    const over = { wanted: [0, 1], playback: playingAt(0, 0) };
    expect(ofOrigin(doing({ ...over, flights: [asked(0, 20, null)] }))).toEqual([]);
    // The first sound of it is here, ahead of the rest.
    const begun = { ...over, playback: playingAt(0, 0.3), flights: [asked(0, 20, null)] };
    expect(ofOrigin(doing(begun))).toEqual([]);
    // Its header elsewhere is waited for just as much.
    expect(ofOrigin(doing({ ...over, wanted: [0, 20], flights: [asked(0, 20, null)] }))).toEqual([[20, 21]]);
  });

  it('is asked as urgent, what comes soon as stream, the rest and the next track as prefetch', () => {
    const asks = (over: Parameters<typeof input>[0]) =>
      doing(over).flatMap((action) => (action.do === 'ask' ? [[action.chunk, action.priority]] : []));
    const fast = [peer({ rateBps: 20_000_000 })];
    const over = { held: [2], playback: playingAt(0, 8), peers: fast };
    const playing = new Map(asks({ ...over, wanted: [0], playback: playingAt(0, 1) }) as [number, string][]);
    expect([0, 1, 3, 7, 8, 39].map((chunk) => playing.get(chunk))).toEqual([
      'urgent',
      'stream',
      'stream',
      'stream',
      'prefetch',
      'prefetch',
    ]);
    const paused = { ...playingAt(0, 20), playing: false };
    expect(new Set(asks({ playback: paused, peers: fast }).map(([, priority]) => priority))).toEqual(
      new Set(['prefetch']),
    );
  });

  it('comes from the origin where the only link cannot make it in time', () => {
    const slow = peer({ rateBps: 10_000 });
    expect(ofOrigin(doing({ wanted: [0], peers: [slow] }))[0]?.[0]).toBe(0);
  });

  it('is not fetched from the origin before anybody reads or listens', () => {
    expect(doing({})).toEqual([]);
    expect(askedOf(doing({ peers: [peer()] })).length).toBeGreaterThan(0);
  });
});

describe('a likely jump', () => {
  const jump = [30, 31];
  const playback = playingAt(0, 20);
  const held = upTo(8);

  it.each([
    ['a link that brings it in time', [peer()], [], [30, 31]],
    ['the origin where no link does', [peer({ rateBps: 20_000, outstandingBytes: 40_000 })], [[30, 32]], []],
    ['the origin where nobody has it', [], [[30, 32]], []],
    ['the origin while a link is dialled', [peer({ link: 'dialling' as const })], [[30, 32]], []],
  ])('is fetched from %s', (_, peers, origin, fromPeer) => {
    const actions = doing({ held, playback, jump, peers, whole: false });
    expect(ofOrigin(actions)).toEqual(origin);
    expect(askedOf(actions)).toEqual(fromPeer);
  });

  it('is asked of one source, behind what others hear, and goes on being asked for when the jump is made', () => {
    const actions = doing({ held, playback, jump, peers: [peer()], whole: false });
    expect(actions).toContainEqual({ do: 'ask', peer: 'p', chunk: 30, priority: 'stream' });
    const flights = [asked(30, 300), asked(31, 300)];
    expect(doing({ held, playback, jump, flights, peers: [peer()], whole: false })).toEqual([]);
    // Then it is waited for, and the origin is asked as for any other that is late.
    const landed = { ...playingAt(30, 0), begin: jump };
    expect(ofOrigin(doing({ held, playback: landed, flights, peers: [peer()], whole: false }))).toEqual([[30, 32]]);
  });

  it('waits while sound is waited for', () => {
    const stalled = playingAt(3, 0);
    expect(ofOrigin(doing({ playback: stalled, jump, openedAt: NOW }))).toEqual([[3, 5]]);
    expect(ofOrigin(doing({ playback: stalled, jump, flights: [asked(3, 20, null)] }))).toEqual([]);
  });

  it('comes before what fills the track', () => {
    const slow = [peer({ rateBps: 2 * CHUNK })];
    expect(askedOf(doing({ held, playback: playingAt(0, 32), jump, peers: slow }))[0]).toBe(30);
  });
});

describe('a track that comes next', () => {
  const jump = [0];
  const next = (inS: number) => ({ ...playingAt(0, inS), playing: false, comesNext: true });

  it.each([
    ['a linked holder', [peer()], true, [], [0]],
    ['a holder whose link is dialled, later', [peer({ link: 'dialling' as const })], true, [], []],
    ['whomever the tracker names, later', [], false, [], []],
    ['the origin where nobody has it', [], true, [[0, 1]], []],
    ['the origin where its holders serve nobody', [peer({ backoffUntil: NOW + 500 })], true, [[0, 1]], []],
  ])('has its beginning from %s', (_, peers, tracked, origin, fromPeer) => {
    const openedAt = tracked ? NOW - 60_000 : NOW - 100;
    const actions = doing({ playback: next(100), jump, peers, tracked, openedAt });
    expect(ofOrigin(actions)).toEqual(origin);
    expect(askedOf(actions)).toEqual(fromPeer);
  });

  it.each([
    [Number.POSITIVE_INFINITY, 1],
    [31, 1],
    [29, 8],
  ])('that begins in %s s is fetched up to chunk %i', (inS, chunks) => {
    const fast = [peer({ rateBps: 1e9 })];
    expect(askedOf(doing({ playback: next(inS), jump, peers: fast, openedAt: NOW })).length).toBe(chunks);
  });
});

describe('ahead of need', () => {
  it('peers are asked for what sounds soon, up to two seconds of their rate; for the rest, a quarter', () => {
    const quick = [peer({ rateBps: 5 * CHUNK })];
    const soon = doing({ held: upTo(6), bytesPerSecond: CHUNK * 2, playback: playingAt(0, 3), peers: quick });
    expect(askedOf(soon)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    const faster = [peer({ rateBps: 20 * CHUNK })];
    const actions = doing({ held: upTo(10), playback: playingAt(0, 40), peers: faster });
    expect(askedOf(actions)).toEqual([10, 11, 12, 13, 14]);
    expect(ofOrigin(actions)).toEqual([]);
  });

  it('a peer slower than a chunk in two seconds is asked for one', () => {
    expect(askedOf(doing({ held: upTo(6), playback: playingAt(0, 24), peers: [peer({ rateBps: 1000 })] }))).toEqual([
      6,
    ]);
  });

  it('what few hold is asked for first', () => {
    const common = peer({ peer: 'common', has: (chunk) => chunk !== 30, rateBps: CHUNK / 2 });
    const rare = peer({ peer: 'rare', rateBps: CHUNK / 2 });
    const actions = doing({ held: upTo(20), playback: playingAt(0, 80), peers: [common, rare] });
    expect(askedOf(actions, 'rare')).toEqual([30]);
    expect(askedOf(actions, 'common')).toEqual([20]);
  });

  it.each([
    ['a peer that has it and is quick enough', [peer({ backoffUntil: NOW + 500 })], 24, []],
    [
      'a peer that has it and backs off, before it is too late to serve others',
      [peer({ backoffUntil: NOW + 500 })],
      4,
      [[1, 2]],
    ],
    ['a slow peer, when it is nearly due', [peer({ rateBps: 5000, outstandingBytes: CHUNK })], 12, [[3, 4]]],
    ['nobody', [], 24, [[6, 8]]],
    ['nobody, and the leader sees to it', [peer({ has: () => false, holds: 30 })], 24, []],
    ['nobody, and this peer leads', [peer({ has: () => false, holds: 0 })], 24, [[6, 8]]],
    ['a peer that backs off for long', [peer({ backoffUntil: NOW + 60_000 })], 24, [[6, 8]]],
  ])('the origin is asked with %s', (_, peers, bufferedS, expected) => {
    const held = upTo(bufferedS / 4);
    const playback = playingAt(0, bufferedS);
    expect(ofOrigin(doing({ held, playback, peers, openedAt: NOW - 8000 }))).toEqual(expected);
  });

  it.each([
    [0, [[1, 2]]],
    [2000, [[1, 3]]],
    [4000, [[1, 5]]],
    [8000, [[1, 8]]],
  ])('the origin is asked the further ahead the longer a track plays, after %i ms', (openMs, expected) => {
    const playback = playingAt(0, 4);
    expect(ofOrigin(doing({ held: upTo(1), playback, peers: [], openedAt: NOW - openMs }))).toEqual(expected);
  });

  it('the origin is not asked far ahead for a track that does not play', () => {
    const playback = { ...playingAt(0, 0), playing: false };
    expect(ofOrigin(doing({ playback }))).toEqual([[0, 3]]);
    expect(ofOrigin(doing({ playback: { ...playback, bufferedS: 20 } }))).toEqual([]);
  });

  it.each([
    ['just opened: half a minute of it', 0, 0, 7],
    ['three times as fast as it sounds', 10_000, 10, 5],
    ['as far as it should be: nothing', 10_000, 17, 0],
    ['what the cache had does not count', 10_000, 17, 5, 7],
  ])('the track fills at a pace, and not at once: %s', (_, openMs, holds, expected, heldAtFirst = 0) => {
    const held = Array.from({ length: holds }, (_, i) => 39 - i);
    // A long buffer: nothing of this is due before long.
    const playback = playingAt(0, 200);
    const actions = doing({ held, heldAtFirst, playback, openedAt: NOW - openMs, peers: [peer({ rateBps: 1e9 })] });
    expect(actions.filter((action) => action.do === 'ask')).toHaveLength(expected);
  });

  it('the rest of the track comes from the origin in the background, one span at a time, once playing goes well', () => {
    const over = { held: upTo(10), playback: playingAt(0, 40) };
    expect(ofOrigin(doing(over))).toEqual([[10, 26]]);
    expect(doing({ ...over, openedAt: NOW - 5000 })).toEqual([]);
    expect(doing({ ...over, whole: false })).toEqual([]);
    expect(doing({ ...over, flights: [asked(39, 100, null)] })).toEqual([]);
    expect(ofOrigin(doing({ held: upTo(40).slice(10), playback: playingAt(20, 80) }))).toEqual([[0, 10]]);
  });

  it('equals share what nobody has: each chunk is fetched early by one of them', () => {
    const fetchedBy = (self: string, other: string) => {
      const equal = peer({ peer: other, has: (chunk) => chunk < 50, holds: 50 });
      const playback = playingAt(0, 5);
      const asked = doing({ self, chunks: 400, bytesPerSecond: CHUNK * 10, held: upTo(50), playback, peers: [equal] });
      // What is nearer than that each fetches for itself.
      const sharedFrom = 10 * policy.ORIGIN_OTHERS_AHEAD_S;
      return ofOrigin(asked).flatMap(([from = 0, to = 0]) =>
        upTo(to)
          .slice(from)
          .filter((chunk) => chunk > sharedFrom),
      );
    };
    const [a, b] = [fetchedBy('a', 'b'), fetchedBy('b', 'a')];
    expect(Math.min(a.length, b.length)).toBeGreaterThan(0);
    expect(a.filter((chunk) => b.includes(chunk))).toEqual([]);
  });
});

it('who holds nothing and serves nobody is not waited for', () => {
  const over = { held: upTo(2), playback: playingAt(0, 8), openedAt: NOW - 8000 };
  const receiver = peer({ has: () => false, holds: 0 });
  for (const self of ['a', 'b', 'c', 'd'])
    expect(ofOrigin(doing({ ...over, self, peers: [receiver] }))).toEqual([[2, 8]]);
});

describe('when things go wrong', () => {
  it('another peer is asked when one is slow, the origin when playback is near', () => {
    const slow = peer({ outstandingBytes: 2_000_000 });
    const late = [asked(6, policy.PEER_SLOW_MS)];
    const over = { held: upTo(6), flights: late, whole: false };
    const far = doing({ ...over, playback: playingAt(0, 24), peers: [slow, peer({ peer: 'q' })] });
    expect(askedOf(far, 'q')).toContain(6);
    expect(ofOrigin(far)).toEqual([]);
    expect(ofOrigin(doing({ ...over, playback: playingAt(3, 12), peers: [slow] }))).toEqual([[6, 7]]);
    expect(ofOrigin(doing({ ...over, playback: playingAt(0, 24), peers: [slow] }))).toEqual([]);
  });

  it('a request without an answer is given up', () => {
    const actions = doing({ held: upTo(6), playback: playingAt(0, 24), flights: [asked(6, policy.PEER_GIVE_UP_MS)] });
    expect(actions).toContainEqual({ do: 'cancel', peer: 'p', chunk: 6 });
    expect(ofOrigin(actions)).toEqual([[6, 8]]);
  });

  it('peers carry everything while the origin is away', () => {
    const actions = doing({ wanted: [0], originUsable: false, peers: [peer({ rateBps: 100 })] });
    expect(askedOf(actions)).toEqual([0]);
    expect(ofOrigin(actions)).toEqual([]);
  });

  it('a request to the origin ends when a jump left it behind, or blocks it, or peers have its chunks', () => {
    const flights = upTo(30)
      .slice(20)
      .map((chunk) => asked(chunk, 300, null));
    const cancel = { do: 'cancel-span', span: 1 };
    expect(doing({ wanted: [2], playback: playingAt(2, 0), flights })).toContainEqual(cancel);
    expect(doing({ wanted: [26], playback: playingAt(26, 0), flights })).toContainEqual(cancel);
    expect(doing({ wanted: [21], playback: playingAt(21, 0), flights })).not.toContainEqual(cancel);
    const fed = { held: upTo(10), playback: playingAt(0, 40), flights };
    expect(doing({ ...fed, peers: [peer()] })).toContainEqual(cancel);
    expect(doing(fed)).not.toContainEqual(cancel);
  });
});

/** A listener, peers that answer after a time, an origin that comes and goes: everything a plan leads to, step by step. */
interface World {
  chunks: number;
  wantsAll: boolean;
  originUpFrom: number;
  originMs: number;
  peers: { name: string; holds: boolean[]; answersMs: number; deaf: boolean }[];
}

const world: fc.Arbitrary<World> = fc.integer({ min: 1, max: 24 }).chain((chunks) =>
  fc.record({
    chunks: fc.constant(chunks),
    wantsAll: fc.boolean(),
    originUpFrom: fc.constantFrom(0, 0, 20_000),
    originMs: fc.constantFrom(20, 300, 3000),
    peers: fc
      .array(
        fc.record({
          name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
          holds: fc.array(fc.boolean(), { minLength: chunks, maxLength: chunks }),
          answersMs: fc.constantFrom(30, 400, 6000),
          deaf: fc.boolean(),
        }),
        { maxLength: 4 },
      )
      .map((list) => [...new Map(list.map((entry) => [entry.name, entry])).values()]),
  }),
);

/** As `expect`, but cheap enough for a hundred thousand rounds. */
function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function live({ chunks, wantsAll, originUpFrom, originMs, peers }: World) {
  const held = new Set<number>();
  let flights: (Flight & { due: number })[] = [];
  let spans = 0;
  const sums = { origin: 0, doubled: 0 };
  const STEP = 50;
  for (let now = 0; now < 400_000 && held.size < chunks; now += STEP) {
    for (const { chunk, due } of flights) if (due <= now) held.add(chunk);
    flights = flights.filter(({ chunk }) => !held.has(chunk));
    const wanted = upTo(chunks).filter((chunk) => !held.has(chunk));
    const view = {
      ...input({ chunks, now, openedAt: 0, flights, holds: held.size, has: (chunk) => held.has(chunk) }),
      wanted: wantsAll ? wanted : wanted.slice(0, 1),
      playback: wantsAll ? null : { ...playingAt(0, 0), at: now },
      originUsable: now >= originUpFrom,
      originChunkS: null,
      peers: peers.map(({ name, holds }) =>
        peer({
          peer: name,
          has: (chunk) => holds[chunk] === true,
          holds: holds.filter(Boolean).length,
          rateBps: null,
          outstandingBytes: flights.filter((flight) => flight.peer === name).length * CHUNK,
        }),
      ),
    };
    const { actions, wakeAt } = plan(view);
    must(wakeAt >= now, 'the next round lies in the past');
    for (const action of actions) {
      if (action.do === 'cancel')
        flights = flights.filter((f) => !(f.peer === action.peer && f.chunk === action.chunk));
      if (action.do === 'cancel-span') flights = flights.filter((f) => !(f.peer === null && f.span === action.span));
      const wants =
        action.do === 'ask' ? [action.chunk] : action.do === 'origin' ? upTo(action.to).slice(action.from) : [];
      for (const chunk of wants) {
        const others = flights.filter((flight) => flight.chunk === chunk);
        must(!held.has(chunk), 'a chunk that is held is asked for');
        must(others.length < 2, 'three sources for one chunk');
        must(
          others.every((other) => now - other.since >= policy.HEAD_HEDGE_MS),
          'a second source at once',
        );
        if (others.length > 0) sums.doubled++;
      }
      if (action.do === 'ask') {
        const to = peers.find(({ name }) => name === action.peer);
        must(to?.holds[action.chunk] === true, 'a peer is asked for what it lacks');
        must(!flights.some((f) => f.peer === action.peer && f.chunk === action.chunk), 'a peer is asked twice');
        const owed = flights.filter((flight) => flight.peer === action.peer).length;
        must((owed + 1) * CHUNK <= policy.PEER_INITIAL_BPS * policy.PEER_OUTSTANDING_S, 'a peer is asked for too much');
        const due = to?.deaf === true ? Number.POSITIVE_INFINITY : now + (to?.answersMs ?? 0);
        flights.push({ chunk: action.chunk, peer: action.peer, span: -1, since: now, due });
      }
      if (action.do === 'origin') {
        must(view.originUsable, 'the origin is asked while it is away');
        must(action.to - action.from <= policy.ORIGIN_SPAN_CHUNKS, 'a span too long');
        const span = ++spans;
        for (let chunk = action.from; chunk < action.to; chunk++) {
          sums.origin++;
          flights.push({ chunk, peer: null, span, since: now, due: now + originMs * (chunk - action.from + 1) });
        }
        const open = new Set(flights.filter((flight) => flight.peer === null).map((flight) => flight.span));
        must(open.size <= policy.MAX_ORIGIN_SPANS, 'too many spans');
      }
    }
  }
  return { ...sums, held: held.size };
}

describe('whatever the world', () => {
  it('nobody is asked for what it lacks, nothing is asked twice without reason, and everything comes in the end', () => {
    fc.assert(
      fc.property(world, (any) => {
        expect(live(any).held).toBe(any.chunks);
      }),
      { numRuns: 150, seed: 20_101_122 },
    );
  });

  it('the origin gives nothing where quick peers hold everything', () => {
    fc.assert(
      fc.property(world, (any) => {
        const peers = ['a', 'b'].map((name) => ({
          name,
          holds: Array<boolean>(any.chunks).fill(true),
          answersMs: 30,
          deaf: false,
        }));
        expect(live({ ...any, peers })).toMatchObject({ held: any.chunks, origin: 0, doubled: 0 });
      }),
      { numRuns: 50, seed: 20_101_122 },
    );
  });
});
