import { beforeEach, describe, expect, it } from 'vitest';
import { makeRandom } from '@/lib/util/random';
import { MAX_ASSIGNED } from './assign';
import { MAX_CANDIDATES } from './candidates';
import {
  BLAMES_TO_QUARANTINE,
  MAX_PAIRS_PER_PEER,
  MAX_VERSIONS_PER_PEER,
  PAIR_IDLE_MS,
  type TrackerUpdate,
} from './state';
import { GRACES, Tracker } from './tracker';
import { arrival, EMPTY, T0 } from './tracker-fixtures';

const V = 'version-1';

let tracker: Tracker;
beforeEach(() => {
  tracker = new Tracker(makeRandom(1));
});
const arrive = (...peers: string[]) => {
  for (const peer of peers) tracker.arrive(arrival(peer), T0);
};
const join = (peer: string, have: number[] = [], version = V, now = T0) => tracker.join(peer, version, have, now);
const to = (updates: TrackerUpdate[], peer: string) => updates.filter((n) => n.to === peer);

describe('joining', () => {
  it('answers with those who are there and what they hold, and tells them of the newcomer', () => {
    arrive('a', 'b');
    expect(join('a', [0, 9])).toEqual({ peers: [], updates: [] });
    const { peers, updates } = join('b', [3, 4]);
    expect(peers).toEqual([{ peer: 'a', have: [0, 9] }]);
    expect(updates).toEqual([
      { to: 'a', event: 'coverage', data: { version: V, peers: [{ peer: 'b', have: [3, 4] }] } },
    ]);
    expect(tracker.isPaired('a', 'b') && tracker.isPaired('b', 'a')).toBe(true);
  });

  it('does not make peers of different versions known to each other', () => {
    arrive('a', 'b');
    join('a', [0, 9], 'version-1');
    expect(join('b', [], 'version-2').peers).toEqual([]);
    expect(tracker.isPaired('a', 'b')).toBe(false);
  });

  it('assigns no more than the limit to a newcomer', () => {
    const peers = Array.from({ length: 30 }, (_, i) => `p${i}`);
    arrive(...peers, 'new');
    for (const peer of peers) join(peer, [0, 9]);
    expect(join('new').peers).toHaveLength(MAX_ASSIGNED);
  });

  it('of who is only likely to take part: told of a few holders, sent to nobody, and told to all when it does', () => {
    const holders = Array.from({ length: 5 }, (_, i) => `p${i}`);
    arrive(...holders, 'likely', 'also likely', 'later');
    for (const peer of holders) join(peer, [0, 9]);
    tracker.flushCoverage();
    const hinted = tracker.join('likely', V, [], T0, true);
    expect(hinted.peers).toHaveLength(3);
    expect(hinted.updates).toEqual([]);
    expect(tracker.flushCoverage()).toEqual([]);
    expect(tracker.join('also likely', V, [], T0, true).peers.map(({ peer }) => peer)).not.toContain('likely');
    expect(join('later').peers.map(({ peer }) => peer)).not.toContain('likely');

    const { peers, updates } = join('likely');
    const known = hinted.peers.map(({ peer }) => peer);
    expect(peers.map(({ peer }) => peer)).toEqual(expect.arrayContaining([...holders, 'later']));
    expect(updates.map((n) => n.to)).toEqual(expect.arrayContaining(holders.filter((peer) => !known.includes(peer))));
    expect(tracker.flushCoverage().map((n) => n.to)).toEqual(expect.arrayContaining(known));
    // Taking part, a hint that was under way changes nothing.
    expect(tracker.join('likely', V, [], T0, true)).toEqual({ peers, updates: [] });
    expect(join('also likely').peers.map(({ peer }) => peer)).toContain('likely');
  });

  it('may be repeated, and then answers with the same partners again', () => {
    arrive('a', 'b');
    join('a', [0, 9]);
    const first = join('b');
    const again = join('b', [0, 1]);
    expect(again.peers).toEqual(first.peers);
    expect(again.updates).toEqual([]);
    expect(to(tracker.flushCoverage(), 'a')).toEqual([
      { to: 'a', event: 'coverage', data: { version: V, peers: [{ peer: 'b', have: [0, 1] }] } },
    ]);
  });

  it('uses a pair that stands for a second version too', () => {
    arrive('a', 'b');
    for (const version of ['version-1', 'version-2']) {
      join('a', [0, 9], version);
      join('b', [], version);
    }
    expect(tracker.sizes().pairs).toBe(1);
    expect(to(tracker.leave('a', 'version-1'), 'b')).toEqual([
      { to: 'b', event: 'coverage', data: { version: 'version-1', peers: [{ peer: 'a', have: [] }] } },
    ]);
    expect(tracker.isPaired('a', 'b')).toBe(true);
  });

  it('forgets the version joined longest ago when a peer joins too many', () => {
    arrive('a', 'b');
    join('a', [0, 1], 'oldest');
    join('b', [0, 1], 'oldest');
    for (let i = 1; i < MAX_VERSIONS_PER_PEER; i++) join('a', [], `v${i}`);
    expect(tracker.holders('oldest')).toEqual(['a', 'b']);
    const { updates } = join('a', [], 'one-more');
    expect(tracker.holders('oldest')).toEqual(['b']);
    expect(to(updates, 'b')).toEqual([{ to: 'b', event: 'gone', data: { peer: 'a' } }]);
  });

  it('refuses a peer that is not here', () => {
    expect(() => join('nobody')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('gives the place of an idle pair to a new one, and none when all are in use', () => {
    const others = Array.from({ length: MAX_PAIRS_PER_PEER }, (_, i) => `p${i}`);
    arrive('star', ...others, 'late', 'later');
    others.forEach((other, i) => {
      join('star', [0, 9], `v${i}`);
      join(other, [], `v${i}`);
    });
    join('star', [0, 9], 'wanted');
    expect(tracker.peer('star')?.pairs.size).toBe(MAX_PAIRS_PER_PEER);
    expect(join('late', [], 'wanted', T0 + PAIR_IDLE_MS - 1).peers).toEqual([]);
    const { peers, updates } = join('later', [], 'wanted', T0 + PAIR_IDLE_MS);
    expect(peers.map((p) => p.peer)).toContain('star');
    const [ended] = updates.filter((n) => n.event === 'gone' && n.to !== 'star');
    expect(updates).toContainEqual({ to: 'star', event: 'gone', data: { peer: ended?.to } });
    expect(tracker.peer('star')?.pairs.size).toBe(MAX_PAIRS_PER_PEER);
  });

  it('weighs a bounded part of a huge swarm, the near ones always', () => {
    tracker.arrive(arrival('near'), T0);
    join('near', [0, 9]);
    const far = { address: '203.0.113.9', network: '203.0.113.0/24', region: null };
    for (let i = 0; i < 2 * MAX_CANDIDATES; i++) {
      tracker.arrive(arrival(`far-${i}`, { place: far }), T0);
      join(`far-${i}`, [0, 9]);
    }
    // Busy by now, so that only nearness speaks for it; idle pairs make room.
    arrive('me');
    expect(join('me', [], V, T0 + PAIR_IDLE_MS).peers.map((p) => p.peer)).toContain('near');
  });
});

describe('what is held', () => {
  it('is told once for many changes, whole, to partners only', () => {
    arrive('a', 'b', 'stranger');
    join('a', [0, 1]);
    join('b');
    join('stranger', [], 'version-2');
    for (let end = 2; end < 50; end++) tracker.setHave('a', V, [0, end]);
    expect(tracker.flushCoverage()).toEqual([
      { to: 'b', event: 'coverage', data: { version: V, peers: [{ peer: 'a', have: [0, 49] }] } },
    ]);
    expect(tracker.flushCoverage()).toEqual([]);
  });

  it('is ignored for a version that was not joined', () => {
    arrive('a');
    tracker.setHave('a', V, [0, 5]);
    expect(tracker.holders(V)).toEqual([]);
  });

  it('is not offered while the peer serves nobody, and is again when it does', () => {
    tracker.arrive(arrival('off', { mode: 'off' }), T0);
    arrive('b');
    join('off', [0, 9]);
    expect(join('b').peers).toEqual([{ peer: 'off', have: [] }]);
    tracker.setHave('off', V, [0, 10]);
    expect(to(tracker.flushCoverage(), 'b')[0]).toMatchObject({ data: { peers: [{ peer: 'off', have: [] }] } });
    tracker.describe('off', { mode: 'considerate', playing: true, trackId: null });
    expect(to(tracker.flushCoverage(), 'b')[0]).toMatchObject({ data: { peers: [{ peer: 'off', have: [0, 10] }] } });
    tracker.describe('off', { mode: 'off', playing: true, trackId: null });
    expect(to(tracker.flushCoverage(), 'b')[0]).toMatchObject({ data: { peers: [{ peer: 'off', have: [] }] } });
  });
});

describe('leaving', () => {
  it('tells those it was paired with, and leaves nothing behind', () => {
    arrive('a', 'b', 'c');
    for (const peer of ['a', 'b', 'c']) join(peer, [0, 1]);
    expect(tracker.remove('a')).toEqual([
      { to: 'b', event: 'gone', data: { peer: 'a' } },
      { to: 'c', event: 'gone', data: { peer: 'a' } },
    ]);
    tracker.remove('b');
    tracker.remove('c');
    tracker.remove('c');
    expect(tracker.sizes()).toEqual(EMPTY);
  });

  it('gives a broken socket a grace, in which nobody new is sent to it', () => {
    arrive('a', 'b', 'new');
    join('a', [0, 1]);
    join('b');
    tracker.lose('a', T0);
    expect(join('new').peers.map((p) => p.peer)).toEqual(['b']);
    expect(tracker.sweep(T0 + GRACES.awayMs - 1)).toEqual([]);
    expect(tracker.isPaired('a', 'b')).toBe(true);
    expect(tracker.sweep(T0 + GRACES.awayMs)).toContainEqual({ to: 'b', event: 'gone', data: { peer: 'a' } });
    expect(tracker.peer('a')).toBeUndefined();
  });

  it('keeps the pairs of a peer that comes back and joins again', () => {
    arrive('a', 'b');
    join('a', [0, 1]);
    join('b');
    tracker.lose('a', T0);
    tracker.arrive(arrival('a'), T0 + 1_000);
    expect(join('a', [0, 2], V, T0 + 1_001).peers.map((p) => p.peer)).toEqual(['b']);
    expect(tracker.sweep(T0 + 60_000)).toEqual([]);
    expect(tracker.isPaired('a', 'b')).toBe(true);
    expect(tracker.sizes().unsettled).toBe(0);
  });

  it('ends those of a peer that comes back but does not join again', () => {
    arrive('a', 'b');
    join('a', [0, 1]);
    join('b');
    tracker.arrive(arrival('a'), T0);
    expect(tracker.sweep(T0 + GRACES.rejoinMs - 1)).toEqual([]);
    expect(to(tracker.sweep(T0 + GRACES.rejoinMs), 'b')).toEqual([{ to: 'b', event: 'gone', data: { peer: 'a' } }]);
    expect(tracker.holders(V)).toEqual(['b']);
  });

  it('does not let another account take the place of a peer', () => {
    arrive('a');
    expect(() => tracker.arrive(arrival('a', { account: 'thief' }), T0)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  it('refills at the next sweep and tells both sides', () => {
    // Each was given its ten out of the crowd, so that these two do not know of each other.
    const far = { address: '203.0.113.9', network: '203.0.113.0/24', region: null };
    const crowd = Array.from({ length: MAX_ASSIGNED }, (_, i) => `p${i}`);
    arrive(...crowd);
    for (const peer of crowd) join(peer, [0, 9]);
    tracker.arrive(arrival('x', { place: far }), T0);
    tracker.arrive(arrival('y', { place: { address: '198.51.100.1', network: '198.51.100.0/24', region: null } }), T0);
    join('x');
    join('y');
    expect(tracker.isPaired('x', 'y')).toBe(false);
    for (const peer of crowd) tracker.remove(peer);
    const updates = tracker.sweep(T0 + 1_000);
    expect(tracker.isPaired('x', 'y')).toBe(true);
    expect(to(updates, 'x')).toHaveLength(1);
    expect(to(updates, 'y')).toHaveLength(1);
    expect(tracker.sweep(T0 + 2_000)).toEqual([]);
  });
});

describe('a retired version', () => {
  it('loses its swarm; pairs that share another version stay', () => {
    arrive('a', 'b', 'c');
    for (const peer of ['a', 'b', 'c']) join(peer, [0, 1], 'bad');
    for (const peer of ['a', 'b']) join(peer, [0, 1], 'good');
    const updates = tracker.retire('bad');
    expect(tracker.holders('bad')).toEqual([]);
    expect(tracker.isPaired('a', 'b')).toBe(true);
    expect(tracker.isPaired('a', 'c')).toBe(false);
    expect(updates).toContainEqual({ to: 'c', event: 'gone', data: { peer: 'a' } });
    expect(updates).toContainEqual({ to: 'a', event: 'gone', data: { peer: 'c' } });
  });
});

describe('blame', () => {
  it('parts a pair for good, tells both, and counts only a distinct account once', () => {
    arrive('bad', 'a');
    join('bad', [0, 9]);
    join('a');
    expect(tracker.unpair('a', 'bad')).toEqual([
      { to: 'a', event: 'gone', data: { peer: 'bad' } },
      { to: 'bad', event: 'gone', data: { peer: 'a' } },
    ]);
    expect(join('a').peers).toEqual([]);
    expect(tracker.unpair('a', 'bad')).toBeNull();
    expect(tracker.peer('bad')?.blamedBy.size).toBe(1);
  });

  it('is not taken from those who were never paired', () => {
    arrive('bad', 'a');
    join('bad', [0, 9]);
    expect(tracker.unpair('a', 'bad')).toBeNull();
    expect(tracker.peer('bad')?.blamedBy.size).toBe(0);
  });

  it('by enough accounts makes a peer nobody’s source; by one account’s many tabs it does not', () => {
    const blameBy = (peer: string, account: string) => {
      tracker.arrive(arrival(peer, { account }), T0);
      join(peer);
      tracker.unpair(peer, 'bad');
    };
    arrive('bad', 'witness');
    join('bad', [0, 9]);
    for (let i = 0; i < 5; i++) blameBy(`tab-${i}`, 'one-account');
    expect(join('witness').peers).toContainEqual({ peer: 'bad', have: [0, 9] });
    for (let i = 1; i < BLAMES_TO_QUARANTINE; i++) blameBy(`other-${i}`, `account-${i}`);
    expect(to(tracker.flushCoverage(), 'witness')[0]).toMatchObject({ data: { peers: [{ peer: 'bad', have: [] }] } });
  });
});

describe('whatever peers do', () => {
  it('who was blamed is not paired with the blamer again by leaving and coming back', () => {
    const world = new Tracker(makeRandom(1));
    for (const peer of ['a', 'b']) {
      world.arrive(arrival(peer), T0);
      world.join(peer, 'v', [0, 4], T0);
    }
    expect(world.isPaired('a', 'b')).toBe(true);
    world.unpair('a', 'b');
    world.remove('b');
    world.arrive(arrival('b'), T0);
    expect(world.join('b', 'v', [0, 4], T0).peers).toEqual([]);
    expect(world.isPaired('a', 'b')).toBe(false);
  });
});

describe('a swarm too small to be known', () => {
  const few = () => {
    tracker = new Tracker(makeRandom(1), GRACES, 3);
  };

  it('is made known to nobody until there are enough accounts, and then to all within a sweep', () => {
    few();
    arrive('a', 'b', 'c');
    expect(join('a', [0, 9])).toEqual({ peers: [], updates: [] });
    expect(join('b', [0, 3])).toEqual({ peers: [], updates: [] });
    tracker.sweep(T0);
    expect(tracker.sizes().pairs).toBe(0);
    expect(
      join('c')
        .peers.map(({ peer }) => peer)
        .sort(),
    ).toEqual(['a', 'b']);
    tracker.sweep(T0 + 1000);
    expect(tracker.isPaired('a', 'b')).toBe(true);
  });

  it('does not grow by more tabs of one account', () => {
    few();
    for (const peer of ['a', 'b', 'c', 'd'])
      tracker.arrive(arrival(peer, { account: peer === 'd' ? 'two' : 'one' }), T0);
    for (const peer of ['a', 'b', 'c', 'd']) expect(join(peer, [0, 9]).peers).toEqual([]);
  });
});
