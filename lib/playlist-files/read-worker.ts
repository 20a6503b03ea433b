import { isEnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import type { PlaylistFile } from './contents';
import { readers, type TrackListFormat } from './playlist-file';

export interface ReadTask {
  format: TrackListFormat;
  text: string;
}
/** What an error knows beyond its message does not pass between threads by itself. */
export type ReadAnswer = { file: PlaylistFile } | { refused: WireError };

/** Entry of the `playlist-file` worker thread. */
export default function readPlaylistFile({ format, text }: ReadTask): ReadAnswer {
  try {
    return { file: readers[format](text) };
  } catch (error) {
    if (!isEnxameError(error)) throw error;
    return { refused: toWireError(error) };
  }
}
