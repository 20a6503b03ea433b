import { type ByteRange, MAX_ASSET_BYTES } from '@/lib/assets/geometry';
import type { MediaStore, OpenMedia } from '@/lib/media-store/media-store';
import { FileNotAsSealed, rethrowMissing } from '@/lib/sealing/read-sealed';

const BLOCK_BYTES = 65_536;
/** File times pass through JSON and a database as they are; below this they are the same. */
const SAME_MTIME_MS = 1;

export interface PlainFile {
  /** In the media store. */
  mediaKey: string;
  size: number;
  mtimeMs: number;
}

/**
 * Bytes [start, end) of a plain file. Each block is given only after the file's size and time were seen to be right behind it.
 * @throws {FileNotAsSealed}
 */
export async function* readPlain(
  media: Pick<MediaStore, 'open'>,
  source: PlainFile,
  range: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  const file = await media.open(source.mediaKey, MAX_ASSET_BYTES).catch(rethrowMissing);
  try {
    await check(file, source);
    for (let position = range.start; position < range.end; ) {
      const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, range.end - position));
      const bytesRead = await file.read(block, position).catch(rethrowMissing);
      await check(file, source);
      if (bytesRead === 0) throw new FileNotAsSealed('file_changed');
      position += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function check(file: OpenMedia, source: PlainFile): Promise<void> {
  const now = await file.stat().catch(rethrowMissing);
  if (now.size !== source.size || Math.abs(now.mtimeMs - source.mtimeMs) >= SAME_MTIME_MS) {
    throw new FileNotAsSealed('file_changed');
  }
}
