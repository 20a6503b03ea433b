import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';
import type { FileTrack, PlaylistFile } from './contents';
import { readM3u8, writeM3u8 } from './m3u8';
import { readXspf, writeXspf } from './xspf';

export type PlaylistFormat = 'm3u8' | 'xspf';

interface Format {
  mime: string;
  read(text: string): PlaylistFile;
  write(playlist: PlaylistFile): string;
}

export const formats: Record<PlaylistFormat, Format> = {
  m3u8: { mime: 'application/vnd.apple.mpegurl; charset=utf-8', read: readM3u8, write: writeM3u8 },
  xspf: { mime: 'application/xspf+xml; charset=utf-8', read: readXspf, write: writeXspf },
};

/** @throws {EnxameError} `invalid_request` for text that is no such file; `too_large` for more than a playlist may hold */
export function readPlaylistFile(format: PlaylistFormat, text: string): PlaylistFile {
  const file = formats[format].read(text);
  if (file.tracks.length > MAX_PLAYLIST_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have ${MAX_PLAYLIST_ENTRIES} entries.`);
  }
  return file;
}

/** What to call a track for a person: its tags, else its file. */
export function labelOf({ artist, title, location }: FileTrack): string {
  if (title === '') return location;
  return artist === '' ? title : `${artist} - ${title}`;
}
