/** What an album is called, from what the tags of its tracks say. */
import type { AlbumTags } from '../schema';

/** Tracks whose tags say the same of their album. */
export interface TaggedTracks {
  /** One of them. */
  trackId: string;
  tags: AlbumTags;
  /** Of the tracks. */
  year: number | null;
  count: number;
  /** Their files are gone. */
  missing: boolean;
}

/** Of an album: what most of its tracks say. */
export interface AlbumFacts extends Omit<AlbumTags, 'artists' | 'folder'> {
  year: number | null;
  /** A track whose tags name the album's artists; null: none does. */
  artistsOf: string | null;
}

/** What most tracks say, field by field; those without a word on a field are not counted. Missing files count only where there are no others. */
export function albumFacts(all: readonly TaggedTracks[]): AlbumFacts {
  const there = all.filter(({ missing }) => !missing);
  const rows = there.length > 0 ? there : all;
  const most = <T>(pick: (row: TaggedTracks) => T | null) => mostFrequent(rows, pick)?.value ?? null;
  const artists = mostFrequent(rows, ({ tags }) => (tags.artists.length === 0 ? null : tags.artists));
  const year = most((row) => row.year);
  const ofYear = rows.filter((row) => row.year === year);
  return {
    title: most(({ tags }) => tags.title) ?? '?',
    sortTitle: most(({ tags }) => tags.sortTitle),
    artistCredit: artists?.row.tags.artistCredit ?? null,
    artistsOf: artists?.row.trackId ?? null,
    year,
    // Of the tracks that have the year, so that neither contradicts the other.
    releaseDate: mostFrequent(ofYear, ({ tags }) => tags.releaseDate)?.value ?? null,
    originalDate: most(({ tags }) => tags.originalDate),
    compilation: most(({ tags }) => tags.compilation) ?? false,
    label: most(({ tags }) => tags.label),
    releaseTypes: most(({ tags }) => (tags.releaseTypes.length === 0 ? null : tags.releaseTypes)) ?? [],
    releaseMbid: most(({ tags }) => tags.releaseMbid),
    releaseGroupMbid: most(({ tags }) => tags.releaseGroupMbid),
  };
}

/** @returns the value, and the tracks that say it first in order of their ids */
function mostFrequent<T>(rows: readonly TaggedTracks[], pick: (row: TaggedTracks) => T | null) {
  const found = new Map<string, { value: T; row: TaggedTracks; count: number }>();
  for (const row of rows.toSorted((a, b) => (a.trackId < b.trackId ? -1 : 1))) {
    const value = pick(row);
    if (value === null) continue;
    const key = JSON.stringify(value);
    const known = found.get(key);
    if (known === undefined) found.set(key, { value, row, count: row.count });
    else known.count += row.count;
  }
  return [...found.values()].reduce<{ value: T; row: TaggedTracks; count: number } | undefined>(
    (best, one) => (best === undefined || one.count > best.count ? one : best),
    undefined,
  );
}
