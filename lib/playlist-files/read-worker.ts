import { isEnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import type { ImportFormat } from '@/lib/contracts/playlists';
import type { PlaylistFile } from './contents';
import { readers } from './playlist-file';

export interface ReadTask {
  format: ImportFormat;
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
