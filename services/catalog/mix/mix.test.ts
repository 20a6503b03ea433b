import { describe, expect, it } from 'vitest';
import { makeRandom } from '@/lib/util/random';
import { likenessOf, type MixRequest, type MixTrack, mixOf } from './mix';

const track = (id: string, facts: Partial<MixTrack> = {}): MixTrack => ({
  id,
  artistId: `of-${id}`,
  genreIds: [],
  year: null,
  bpm: null,
  ...facts,
});
const SEED = track('seed', { artistId: 'elis', genreIds: ['samba'], year: 1974, bpm: 100 });
const mix = (candidates: MixTrack[], more: Partial<MixRequest> = {}) =>
  mixOf({ seeds: [SEED], candidates, together: new Map(), limit: 10, seed: 1, ...more });

describe('two tracks are the more alike', () => {
  it.each<[string, Partial<MixTrack>, Partial<MixTrack>]>([
    ['the more genres they share', { genreIds: ['samba'] }, { genreIds: ['samba', 'jazz'] }],
    ['with a genre in common', { genreIds: ['samba', 'jazz'] }, { genreIds: ['metal'] }],
    ['the nearer their years', { year: 1976 }, { year: 1984 }],
    ['with a year than without', { year: 1980 }, { year: null }],
    ['the nearer their tempos', { bpm: 102 }, { bpm: 112 }],
    ['at double time', { bpm: 200 }, { bpm: 140 }],
    ['at half time', { bpm: 50 }, { bpm: 66 }],
    ['of one artist', { artistId: 'elis' }, { artistId: 'tom' }],
  ])('%s', (_, more, less) => {
    expect(likenessOf(SEED, track('a', more))).toBeGreaterThan(likenessOf(SEED, track('b', less)));
  });

  it('and too far apart is not worse than not known', () => {
    const far = track('a', { year: 1900, bpm: 141 });
    expect(likenessOf(SEED, far)).toBe(likenessOf(SEED, track('b')));
    expect(likenessOf(SEED, track('c', { bpm: 0 }))).toBe(0);
  });
});

describe('a mix', () => {
  it('begins with what was heard together, then with what is alike', () => {
    const candidates = [track('far'), track('alike', { genreIds: ['samba'], year: 1974 }), track('heard')];
    expect(
      mix(candidates, { together: new Map([['heard', 9]]) })
        .slice(0, 2)
        .sort(),
    ).toEqual(['alike', 'heard']);
    expect(mix(candidates).at(0)).toBe('alike');
    expect(
      mix([track('often'), track('once')], {
        together: new Map([
          ['often', 40],
          ['once', 1],
        ]),
      }),
    ).toEqual(['often', 'once']);
  });

  it('has neither its seeds nor a track twice, and no more than asked', () => {
    const candidates = [SEED, track('a'), track('a'), track('b'), track('c')];
    expect(mix(candidates).sort()).toEqual(['a', 'b', 'c']);
    expect(mix(candidates, { limit: 2 })).toHaveLength(2);
    expect(mix([])).toEqual([]);
    expect(mix([track('a')], { seeds: [] })).toEqual(['a']);
  });

  it('keeps tracks of one artist apart while there are others', () => {
    const own = Array.from({ length: 6 }, (_, n) =>
      track(`own${n}`, { artistId: 'elis', genreIds: ['samba'], year: 1974 }),
    );
    const others = Array.from({ length: 12 }, (_, n) => track(`other${n}`));
    const order = mix([...own, ...others], { limit: 10 });
    expect(order.filter((id) => id.startsWith('own'))).toHaveLength(2);
    const places = order.flatMap((id, place) => (id.startsWith('own') ? [place] : []));
    expect((places[1] ?? 0) - (places[0] ?? 0)).toBeGreaterThan(3);
    expect(mix(own, { limit: 10 })).toHaveLength(6);
  });

  it('is the same for the same seed, and another one for another', () => {
    const candidates = Array.from({ length: 40 }, (_, n) => track(`t${n}`));
    expect(mix(candidates)).toEqual(mix(candidates));
    expect(mix(candidates, { seed: 2 })).not.toEqual(mix(candidates));
  });

  it.each(Array.from({ length: 20 }, (_, n) => n))('of any library is one (%i)', (n) => {
    const random = makeRandom(n);
    const some = (count: number) => Math.floor(random() * count);
    const candidates = Array.from({ length: some(60) }, (_, i) =>
      track(`t${i}`, {
        artistId: `a${some(5)}`,
        genreIds: [`g${some(3)}`],
        year: random() < 0.3 ? null : 1950 + some(70),
        bpm: random() < 0.3 ? null : some(200),
      }),
    );
    const limit = 1 + some(30);
    const order = mix(candidates, { limit, seed: n, together: new Map([['t1', some(9)]]) });
    expect(new Set(order).size).toBe(order.length);
    expect(order.length).toBe(Math.min(limit, candidates.length));
  });
});
