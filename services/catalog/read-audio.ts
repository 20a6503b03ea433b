import { extname } from 'node:path';
import { type IAudioMetadata, parseFromTokenizer } from 'music-metadata';
import { AbstractTokenizer, EndOfStreamError, type IReadChunkOptions } from 'strtok3';
import type { OpenMedia } from '@/lib/media-store/media-store';

/** No tag that is of use is larger: the largest hold pictures. */
const MAX_TAG_BYTES = 64 * 1024 * 1024;
/** Read of one file at most: a file of gigabytes without any sound in it is not searched to its end. */
const MAX_READ_BYTES = 2 * MAX_TAG_BYTES;

/** There is more to read than any audio file needs for its tags. */
export class TooMuchToRead extends Error {
  override readonly name = 'TooMuchToRead';
}

/**
 * Tags and format of an audio file, without its duration where only reading all of it would tell.
 * @param name only for its ending, which names the parser to try @param maxBytes read at most
 * @throws {TooMuchToRead} {@link MediaError}; what music-metadata and strtok3 throw for a broken file
 */
export async function readAudio(file: OpenMedia, name: string, maxBytes = MAX_READ_BYTES): Promise<IAudioMetadata> {
  return await parseFromTokenizer(new MediaTokenizer(file, name, maxBytes), { duration: false });
}

/** What music-metadata reads through: an opened file, instead of a path that it would open by itself. */
class MediaTokenizer extends AbstractTokenizer {
  readonly fileInfo: { path: string; size: number };

  constructor(
    private readonly file: OpenMedia,
    name: string,
    private left: number,
  ) {
    super({ maxBufferSize: MAX_TAG_BYTES });
    this.fileInfo = { path: extname(name), size: file.state.size };
  }

  supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.position = position;
  }

  async readBuffer(into: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { position } = this.normalizeOptions(into, options);
    const read = await this.peekBuffer(into, options);
    this.position = position + read;
    return read;
  }

  async peekBuffer(into: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(into, options);
    this.left -= length;
    if (this.left < 0) throw new TooMuchToRead();
    const read = await this.file.read(into.subarray(0, length), position);
    if (read < length && mayBeLess !== true) throw new EndOfStreamError();
    return read;
  }
}
