import type { FileTrack, PlaylistFile } from './contents';
import { readM3u8, writeM3u8 } from './m3u8';
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

/** What to call a track for a person: its tags, else its file. */
export function labelOf({ artist, title, location }: FileTrack): string {
  if (title === '') return location;
  return artist === '' ? title : `${artist} - ${title}`;
}
