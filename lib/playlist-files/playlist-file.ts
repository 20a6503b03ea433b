import type { ImportFormat } from '@/lib/contracts/playlists';
import type { FileTrack, PlaylistFile } from './contents';
import { readCsv } from './csv';
import { readM3u8, writeM3u8 } from './m3u8';
import { readSpotifyJson } from './spotify-json';
import { readXspf, writeXspf } from './xspf';

export type PlaylistFormat = 'm3u8' | 'xspf';

interface Format {
  mime: string;
  /** @throws {EnxameError} `invalid_request` for text that is no such file; `too_large` for more than a playlist may hold */
  read(text: string): PlaylistFile;
  write(playlist: PlaylistFile): string;
}

export const formats: Record<PlaylistFormat, Format> = {
  m3u8: { mime: 'application/vnd.apple.mpegurl; charset=utf-8', read: readM3u8, write: writeM3u8 },
  xspf: { mime: 'application/xspf+xml; charset=utf-8', read: readXspf, write: writeXspf },
};

/** Formats of files that name tracks. A smart playlist (nsp.ts) names none. */
export type TrackListFormat = Exclude<ImportFormat, 'nsp'>;

/** Readers of all files of tracks that can be imported. @throws as {@link Format} */
export const readers: Record<TrackListFormat, Format['read']> = {
  m3u8: readM3u8,
  xspf: readXspf,
  csv: readCsv,
  json: readSpotifyJson,
};

/** What to call a track for a person: its tags, else its file. */
export function labelOf({ artist, title, location }: FileTrack): string {
  if (title === '') return location;
  return artist === '' ? title : `${artist} - ${title}`;
}
