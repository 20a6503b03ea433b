import type { TrackTags } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';
import { readM3u8, writeM3u8 } from './m3u8';
import { readXspf, writeXspf } from './xspf';

/** A track as a playlist file names it. */
export interface FileTrack extends TrackTags {
  /** Path or address of the sound, as the file has it. */
  location: string;
}

/** A playlist as players pass it on. Names are empty where the file says nothing. */
export interface PlaylistFile {
  name: string;
  description: string;
  tracks: FileTrack[];
}

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
