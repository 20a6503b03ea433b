import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AssignCandidate,
  type AssignParty,
  assignPeers,
  MAX_ASSIGNED,
  noteServed,
  type Sharing,
  successOf,
} from './assign';

const joiner: AssignParty = {
  peer: 'me',
  have: [],
  address: '192.0.2.7',
  network: '192.0.2.0/24',
  region: 'lisbon',
  sharing: 'yes',
};
const far: AssignCandidate = {
  peer: 'c',
  have: [0, 100],
  address: '203.0.113.1',
  network: '203.0.113.0/24',
  region: null,
  sharing: 'yes',
  load: 0,
  linked: false,
  success: 0,
};
const assign = (candidates: AssignCandidate[], me: Partial<AssignParty> = {}, max = MAX_ASSIGNED, seed = 1) =>
  assignPeers({ joiner: { ...joiner, ...me }, candidates, max, seed });

describe('what makes one candidate better than another', () => {
  const near = { address: '192.0.2.7', network: '192.0.2.0/24' };
  const sameNetwork = { address: '192.0.2.99', network: '192.0.2.0/24' };
  const cases: [string, Partial<AssignCandidate>, Partial<AssignCandidate>, Partial<AssignParty>?][] = [
    ['it holds more of what is needed', { have: [0, 100] }, { have: [0, 50] }],
    ['it holds what is needed, not just much', { have: [90, 100] }, { have: [0, 90] }, { have: [0, 90] }],
    ['it has room', { load: 0.1 }, { load: 0.9 }],
    ['it is behind the same address', near, {}],
    ['the same address beats the same network', near, sameNetwork],
    ['the same network beats none', sameNetwork, {}],
    ['the same network beats the same region', sameNetwork, { region: 'lisbon' }],
    ['the same region beats another', { region: 'lisbon' }, { region: 'porto' }],
    ['a link stands already', { linked: true }, {}],
    ['it served others before', { success: 0.5 }, {}],
    ['it serves at once', { sharing: 'yes' }, { sharing: 'later' }],
    ['it serves at all, however far and poor', { have: [], load: 1 }, { ...near, sharing: 'never', linked: true }],
    ['it lacks what a complete joiner holds', { have: [0, 10] }, { have: [0, 100] }, { have: [0, 100] }],
  ];
  it.each(cases)('%s', (_why, better, worse, me = {}) => {
    const a = { ...far, peer: 'better', ...better };
    const b = { ...far, peer: 'worse', ...worse };
    for (const seed of [1, 2, 3]) {
      expect(assign([a, b], me, 1, seed)).toEqual(['better']);
      expect(assign([b, a], me, 1, seed)).toEqual(['better']);
    }
  });
});

it('never pairs two that both serve nobody, but lets one that serves nobody receive', () => {
  const off = { ...far, sharing: 'never' as const };
  expect(assign([off], { sharing: 'never' })).toEqual([]);
  expect(assign([off])).toEqual(['c']);
  expect(assign([far], { sharing: 'never' })).toEqual(['c']);
});

it('decides between equals by the seed alone', () => {
  const equals = Array.from({ length: 30 }, (_, i) => ({ ...far, peer: `peer-${i}` }));
  expect(assign(equals, {}, 10, 7)).toEqual(assign([...equals].reverse(), {}, 10, 7));
  const first = new Set(Array.from({ length: 60 }, (_, seed) => assign(equals, {}, 1, seed)[0]));
  expect(first.size).toBeGreaterThan(10);
});

describe('for any swarm', () => {
  const ranges = fc
    .uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 12, size: 'max' })
    .map((n) => n.sort((a, b) => a - b).slice(0, n.length - (n.length % 2)));
  const party = {
    have: ranges,
    address: fc.constantFrom('192.0.2.7', '192.0.2.8', '203.0.113.1'),
    network: fc.constantFrom('192.0.2.0/24', '203.0.113.0/24'),
    region: fc.constantFrom('lisbon', null),
    sharing: fc.constantFrom<Sharing>('yes', 'later', 'never'),
  };
  const candidates = fc
    .array(
      fc.record({
        ...party,
        load: fc.double({ min: 0, max: 1, noNaN: true }),
        linked: fc.boolean(),
        success: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      {
        maxLength: 30,
        size: 'max',
      },
    )
    .map((list) => list.map((c, i) => ({ ...c, peer: `p${i}` })));
  const me = fc.record({ ...party, peer: fc.constant('me') });

  it('chooses some of those offered, once each, no more than asked, every place filled that can be', () => {
    fc.assert(
      fc.property(me, candidates, fc.integer({ min: 0, max: 12 }), fc.integer(), (joiner, list, max, seed) => {
        const chosen = assignPeers({ joiner, candidates: list, max, seed });
        const able = list.filter((c) => c.sharing !== 'never' || joiner.sharing !== 'never');
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.length).toBe(Math.min(max, able.length));
        expect(chosen.every((peer) => able.some((c) => c.peer === peer))).toBe(true);
      }),
    );
  });

  it('does not depend on the order in which candidates are named', () => {
    fc.assert(
      fc.property(me, candidates, fc.integer(), (joiner, list, seed) => {
        const backwards = [...list].reverse();
        expect(assignPeers({ joiner, candidates: backwards, max: 5, seed })).toEqual(
          assignPeers({ joiner, candidates: list, max: 5, seed }),
        );
      }),
    );
  });

  it('never drops a candidate because it got freer or nearer', () => {
    fc.assert(
      fc.property(me, candidates, fc.integer(), fc.nat(), (joiner, list, seed, n) => {
        const chosen = assignPeers({ joiner, candidates: list, max: 4, seed });
        const lucky = chosen[n % Math.max(1, chosen.length)];
        const better = list.map((c) =>
          c.peer === lucky
            ? { ...c, load: 0, linked: true, success: 1, address: joiner.address, network: joiner.network }
            : c,
        );
        if (lucky !== undefined) {
          expect(assignPeers({ joiner, candidates: better, max: 4, seed })).toContain(lucky);
        }
      }),
    );
  });
});

const T = 1_000_000;
const peer = () => ({ served: { bytes: 0, at: 0 } });
const MB = 1024 ** 2;

it('a peer that served nothing has none, one that served more has more, and never all', () => {
  const [none, some, much] = [peer(), peer(), peer()];
  noteServed(some, 8 * MB, T);
  noteServed(much, 1000 * MB, T);
  expect(successOf(none, T)).toBe(0);
  expect(successOf(some, T)).toBe(0.5);
  expect(successOf(much, T)).toBeGreaterThan(0.99);
  expect(successOf(much, T)).toBeLessThan(1);
});

it('halves in ten minutes, adds up, and takes no clock that goes back for a gain', () => {
  const one = peer();
  noteServed(one, 16 * MB, T);
  expect(successOf(one, T + 600_000)).toBe(0.5);
  noteServed(one, 16 * MB, T + 600_000);
  expect(successOf(one, T + 600_000)).toBe(0.75);
  expect(successOf(one, T)).toBe(0.75);
});
