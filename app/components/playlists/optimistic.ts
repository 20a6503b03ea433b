/** How a playlist looks before the server has answered. */
import type { Track } from '@/lib/contracts/catalog';
import type { PlaylistPage } from '../gateway';

export const withName = (page: PlaylistPage, name: string): PlaylistPage => ({ ...page, name });

export function withEntries(
  page: PlaylistPage,
  tracks: readonly Track[],
  at: number,
  makeId: () => string,
): PlaylistPage {
  const known = new Set(page.tracks.map((track) => track.id));
  return {
    ...page,
    trackCount: page.trackCount + tracks.length,
    entries: [...page.entries, ...tracks.map((track) => ({ entryId: makeId(), trackId: track.id, addedAt: at }))],
    tracks: [...page.tracks, ...tracks.filter((track) => !known.has(track.id))],
  };
}

export function withoutEntries(page: PlaylistPage, entryIds: readonly string[]): PlaylistPage {
  const gone = new Set(entryIds);
  const entries = page.entries.filter((entry) => !gone.has(entry.entryId));
  return { ...page, entries, trackCount: page.trackCount - (page.entries.length - entries.length) };
}

/** These entries, in this order, to before another; null, or one that is not there: to the end. */
export function withOrder(page: PlaylistPage, entryIds: readonly string[], before: string | null): PlaylistPage {
  const moved = entryIds.flatMap((id) => page.entries.find((entry) => entry.entryId === id) ?? []);
  const others = page.entries.filter((entry) => !entryIds.includes(entry.entryId));
  const found = others.findIndex((entry) => entry.entryId === before);
  const at = found < 0 ? others.length : found;
  return { ...page, entries: [...others.slice(0, at), ...moved, ...others.slice(at)] };
}

/** Entries with their tracks, in order; those whose track the catalogue no longer knows are left out. */
export function rowsOf(page: PlaylistPage): { entryId: string; track: Track }[] {
  const byId = new Map(page.tracks.map((track) => [track.id, track]));
  return page.entries.flatMap(({ entryId, trackId }) => {
    const track = byId.get(trackId);
    return track === undefined ? [] : [{ entryId, track }];
  });
}
