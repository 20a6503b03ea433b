import type { TrackTags } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';

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

/**
 * Every reader asks before it makes another track, so that a file with too many costs no more than one that is full.
 * @throws {EnxameError} `too_large`
 */
export function assertRoomForTrack(made: number): void {
  if (made >= MAX_PLAYLIST_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have at most ${MAX_PLAYLIST_ENTRIES} entries.`);
  }
}
