import type { Track } from '@/lib/contracts/catalog';
import type { TopTrack } from '@/lib/contracts/history';

export interface TopEntry {
  id: string;
  name: string;
  /** Under an album: its artist. */
  note?: string;
  coverId: string | null;
  plays: number;
}

/** Artists and albums by the plays of their tracks, the most first; of tracks that the catalogue still knows. */
export function topLists(
  top: readonly TopTrack[],
  tracks: readonly Track[],
): { artists: TopEntry[]; albums: TopEntry[] } {
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const artists = new Map<string, TopEntry>();
  const albums = new Map<string, TopEntry>();
  for (const { trackId, plays } of top) {
    const track = byId.get(trackId);
    if (track === undefined) continue;
    add(artists, { id: track.artistId, name: track.artist, coverId: track.coverId, plays });
    add(albums, { id: track.albumId, name: track.album, note: track.artist, coverId: track.coverId, plays });
  }
  return { artists: ordered(artists), albums: ordered(albums) };
}

function add(entries: Map<string, TopEntry>, entry: TopEntry): void {
  const before = entries.get(entry.id);
  entries.set(entry.id, before === undefined ? entry : { ...before, plays: before.plays + entry.plays });
}

const ordered = (entries: Map<string, TopEntry>) => [...entries.values()].sort((a, b) => b.plays - a.plays);
