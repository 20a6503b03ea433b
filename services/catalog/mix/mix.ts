/** Which tracks go with others: a pure policy over what is known of them. No I/O; chance is a seed. */
import { hash } from '@/lib/util/random';

/** What the catalogue knows of a track that may be in a mix. */
export interface MixTrack {
  id: string;
  artistId: string;
  genreIds: readonly string[];
  year: number | null;
  /** Beats a minute. */
  bpm: number | null;
}

export interface MixRequest {
  /** What the mix begins from. */
  seeds: readonly MixTrack[];
  candidates: readonly MixTrack[];
  /** How often a track was heard near the seeds, by its id. */
  together: ReadonlyMap<string, number>;
  limit: number;
  /** Another one, another mix. */
  seed: number;
}

/** What each likeness counts, of the same scale: 1 is as alike as can be. What was heard together tells most: people chose it. */
const WEIGHTS = { together: 3, genre: 2, artist: 0.6, year: 1, bpm: 1 } as const;
/** So much is left to chance, so that two mixes of one track differ: less than a genre in common. */
const CHANCE = 0.5;
/** Years apart at which two tracks are no longer of one time. */
const YEARS_APART = 15;
/** Of its tempo: a difference at which two tracks no longer go into one another. Half and double time count as the same. */
const TEMPO_APART = 0.16;
/** Tracks between two of one artist, as long as there are others. */
const ARTIST_SPACING = 3;
/** One artist has at most this part of a mix, as long as there are others. */
const MAX_OF_ARTIST = 0.2;

/** The tracks of a mix in the order in which they play, the most alike first. Neither a seed nor any track twice. */
export function mixOf({ seeds, candidates, together, limit, seed }: MixRequest): string[] {
  const taken = new Set(seeds.map(({ id }) => id));
  const most = Math.max(1, ...together.values());
  const scored = candidates
    .filter(({ id }) => !taken.has(id) && taken.add(id))
    .map((track) => {
      const heard = Math.log1p(together.get(track.id) ?? 0) / Math.log1p(most);
      const score = WEIGHTS.together * heard + likeness(seeds, track) + CHANCE * (hash(track.id, seed) / 2 ** 32);
      return { track, score };
    })
    .sort((a, b) => b.score - a.score || (a.track.id < b.track.id ? -1 : 1));
  return spaced(
    scored.map(({ track }) => track),
    limit,
  );
}

/** How alike a track is to the seed that it is most alike. */
function likeness(seeds: readonly MixTrack[], track: MixTrack): number {
  return Math.max(0, ...seeds.map((seed) => likenessOf(seed, track)));
}

export function likenessOf(one: MixTrack, other: MixTrack): number {
  const sameArtist = one.artistId === other.artistId ? 1 : 0;
  return (
    WEIGHTS.genre * shared(one.genreIds, other.genreIds) +
    WEIGHTS.artist * sameArtist +
    WEIGHTS.year * nearness(one.year, other.year, (a, b) => Math.abs(a - b) / YEARS_APART) +
    WEIGHTS.bpm * nearness(one.bpm, other.bpm, (a, b) => tempoApart(a, b) / TEMPO_APART)
  );
}

/** Genres in common, of those of both. */
function shared(one: readonly string[], other: readonly string[]): number {
  const all = new Set([...one, ...other]);
  return all.size === 0 ? 0 : one.filter((id) => other.includes(id)).length / all.size;
}

/** 1: the same, 0: too far apart, or not known. */
function nearness(one: number | null, other: number | null, apart: (a: number, b: number) => number): number {
  return one === null || other === null ? 0 : Math.max(0, 1 - apart(one, other));
}

/** As a part of the tempo; 60, 120 and 240 beats go together. */
function tempoApart(one: number, other: number): number {
  if (one <= 0 || other <= 0) return 1;
  const octaves = Math.log2(other / one);
  return 2 ** Math.abs(octaves - Math.round(octaves)) - 1;
}

/** In this order, but tracks of one artist apart from each other and not too many of them, as far as there are others. */
function spaced(ordered: readonly MixTrack[], limit: number): string[] {
  const most = Math.max(1, Math.ceil(limit * MAX_OF_ARTIST));
  const left = [...ordered];
  const chosen: MixTrack[] = [];
  const ofArtist = new Map<string, number>();
  while (chosen.length < limit && left.length > 0) {
    const near = new Set(chosen.slice(-ARTIST_SPACING).map(({ artistId }) => artistId));
    const fits = ({ artistId }: MixTrack) => !near.has(artistId) && (ofArtist.get(artistId) ?? 0) < most;
    const last = chosen.at(-1)?.artistId;
    const first = left.findIndex(fits);
    const other = first >= 0 ? first : left.findIndex(({ artistId }) => artistId !== last);
    const [next] = left.splice(Math.max(0, other), 1);
    if (next === undefined) break;
    chosen.push(next);
    ofArtist.set(next.artistId, (ofArtist.get(next.artistId) ?? 0) + 1);
  }
  return chosen.map(({ id }) => id);
}
