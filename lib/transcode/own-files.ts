import { type FileHandle, open, utimes } from 'node:fs/promises';
import type { ByteRange } from '@/lib/assets/geometry';

/** The converter's own files, in the data folder. What lies in a music folder is opened by the media store alone. */
const BLOCK_BYTES = 65_536;

export type OwnFile = FileHandle;

export const createOwnFile = (path: string): Promise<OwnFile> => open(path, 'w', 0o600);
export const openOwnFile = (path: string): Promise<OwnFile> => open(path, 'r');

/** Notes that a file was used now. */
export async function touchOwnFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** @throws {Error} when the file is shorter */
export async function* readOwnFile(path: string, { start, end }: ByteRange): AsyncGenerator<Buffer, void, undefined> {
  const file = await openOwnFile(path);
  try {
    for (let position = start; position < end; ) {
      const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - position));
      const { bytesRead } = await file.read(block, 0, block.length, position);
      if (bytesRead === 0) throw new Error('a converted file is shorter than it was');
      position += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
