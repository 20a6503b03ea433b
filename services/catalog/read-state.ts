/** What an import remembers of the state in which it read a file and what lies beside it. */
import type { ListedFile, ListedFolder } from '@/lib/media-store/media-store';
import { TAG_READER, type tracks, type versions } from './schema';
import { isSameState } from './versions';

/** Enough of a picture's key to tell `cover.jpg` from `front.png`. */
const MAX_PICTURE_NAME = 12;

type Known = Pick<typeof tracks.$inferSelect, 'size' | 'mtimeMs' | 'lyricsFile' | 'pictureFile' | 'tagReader'> &
  Pick<typeof versions.$inferSelect, 'sealError'>;

/**
 * Nothing that is read of a file, and of what lies beside it, is other than when it was read. One that was refused is read again: this
 * release may know better.
 */
export function isAsItWas(track: Known, file: ListedFile, picture: ListedFolder['picture']): boolean {
  return (
    track.sealError === null &&
    isSameState(track, file) &&
    track.tagReader === TAG_READER &&
    track.lyricsFile === lyricsFileOf(file) &&
    track.pictureFile === pictureFileOf(picture)
  );
}

export function lyricsFileOf({ lyrics }: ListedFile): string | null {
  return lyrics === null ? null : `${lyrics.size} ${lyrics.mtimeMs}`;
}

/** Another name, too: which picture is the best may change while the others stay. */
export function pictureFileOf(picture: ListedFolder['picture']): string | null {
  return picture === null ? null : `${picture.size} ${picture.mtimeMs} ${picture.key.slice(-MAX_PICTURE_NAME)}`;
}
