import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EvictionCandidate, toEvict } from './evict';

const asset = (versionId: string, lastUsed: number, over: Partial<EvictionCandidate> = {}): EvictionCandidate => ({
  versionId,
  bytes: 10,
  lastUsed,
  pinned: false,
  ...over,
});
const none = new Set<string>();

describe('eviction', () => {
  it('takes what was used longest ago, pinned last, in use never, and no more than needed', () => {
    const assets = [asset('new', 3), asset('old', 1), asset('kept', 0, { pinned: true }), asset('heard', 0)];
    expect(toEvict(assets, 40, 0, none)).toEqual([]);
    expect(toEvict(assets, 40, 1, new Set(['heard']))).toEqual(['old']);
    expect(toEvict(assets, 40, 25, new Set(['heard']))).toEqual(['old', 'new', 'kept']);
  });

  it('frees enough whenever that is possible', () => {
    const assets = fc.array(
      fc.record({
        versionId: fc.uuid(),
        bytes: fc.integer({ min: 0, max: 100 }),
        lastUsed: fc.nat(),
        pinned: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(assets, fc.nat(500), fc.nat(100), (all, budget, incoming) => {
        const gone = new Set(toEvict(all, budget, incoming, none));
        const left = all.filter(({ versionId }) => !gone.has(versionId)).reduce((sum, { bytes }) => sum + bytes, 0);
        expect(left + incoming <= budget || left === 0).toBe(true);
      }),
    );
  });
});
