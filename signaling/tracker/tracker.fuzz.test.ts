/** Whatever peers do, in whatever order, what the tracker holds of them is true. `npm run fuzz` tries a hundred thousand evenings. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeRandom } from '@/lib/util/random';
import { MAX_PAIRS_PER_PEER, MAX_VERSIONS_PER_PEER } from './state';
import { GRACES, Tracker } from './tracker';
import { arrival, EMPTY, T0 } from './tracker-fixtures';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const peer = fc.constantFrom(...ids);
const version = fc.constantFrom('v1', 'v2', 'v3');
const step = fc.oneof(
  fc.record({
    do: fc.constant('arrive' as const),
    peer,
    mode: fc.constantFrom('considerate' as const, 'off' as const),
  }),
  fc.record({
    do: fc.constant('join' as const),
    peer,
    version,
    end: fc.integer({ min: 1, max: 9 }),
    ahead: fc.boolean(),
  }),
  fc.record({ do: fc.constant('have' as const), peer, version, end: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant('leave' as const), peer, version }),
  fc.record({ do: fc.constant('lose' as const), peer }),
  fc.record({ do: fc.constant('remove' as const), peer }),
  fc.record({ do: fc.constant('unpair' as const), peer, other: peer }),
  fc.record({ do: fc.constant('retire' as const), version }),
  fc.record({ do: fc.constant('sweep' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ do: fc.constant('flush' as const) }),
);

it('pairs are symmetric, share a joined version, and nothing stays behind', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.integer(), (steps, seed) => {
      const world = new Tracker(makeRandom(seed));
      let now = T0;
      /** What each said last that it holds, by peer and version. */
      const said = new Map<string, number>();
      for (const s of steps) {
        const here = 'peer' in s && world.peer(s.peer) !== undefined;
        const taking = 'version' in s && 'peer' in s && world.peer(s.peer)?.memberships.get(s.version)?.ahead === false;
        if (s.do === 'join' && here && !(s.ahead && taking)) said.set(`${s.peer} ${s.version}`, s.end);
        if (s.do === 'have') said.set(`${s.peer} ${s.version}`, s.end);
        if (s.do === 'arrive') world.arrive(arrival(s.peer, { mode: s.mode }), now);
        else if (s.do === 'join' && here) world.join(s.peer, s.version, [0, s.end], now, s.ahead);
        else if (s.do === 'have') world.setHave(s.peer, s.version, [0, s.end]);
        else if (s.do === 'leave') world.leave(s.peer, s.version);
        else if (s.do === 'lose') world.lose(s.peer, now);
        else if (s.do === 'remove') world.remove(s.peer);
        else if (s.do === 'unpair') world.unpair(s.peer, s.other);
        else if (s.do === 'retire') world.retire(s.version);
        else if (s.do === 'flush') world.flushCoverage();
        else if (s.do === 'sweep') {
          now += s.ms;
          world.sweep(now);
        }
        for (const p of world.peers()) {
          for (const [otherId, pair] of p.pairs) {
            const other = world.peer(otherId);
            expect(other?.pairs.get(p.id)).toBe(pair);
            expect(other).not.toBe(p);
            expect(pair.versions.size).toBeGreaterThan(0);
            for (const v of pair.versions) {
              expect(p.memberships.has(v)).toBe(true);
              expect(other?.memberships.has(v)).toBe(true);
            }
            expect(p.unpaired.has(otherId)).toBe(false);
          }
          for (const [v, { have }] of p.memberships) {
            expect(world.holders(v)).toContain(p.id);
            expect(have).toEqual([0, said.get(`${p.id} ${v}`)]);
          }
          expect(p.pairs.size).toBeLessThanOrEqual(MAX_PAIRS_PER_PEER);
          expect(p.memberships.size).toBeLessThanOrEqual(MAX_VERSIONS_PER_PEER);
        }
      }
      for (const id of ids) world.lose(id, now);
      world.sweep(now + GRACES.awayMs);
      expect(world.sizes()).toEqual(EMPTY);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
});
