import type { TrackTags } from '@/lib/contracts/catalog';

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
