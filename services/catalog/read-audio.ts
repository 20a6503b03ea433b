import { type IAudioMetadata, parseFromTokenizer } from 'music-metadata';
import { AbstractTokenizer, EndOfStreamError, type IReadChunkOptions } from 'strtok3';
import { FORMATS } from '@/lib/assets/formats';
import type { RandomAccess } from '@/lib/assets/seek/reader';
import type { Container } from '@/lib/contracts/manifest';
import type { OpenMedia } from '@/lib/media-store/media-store';

/** No tag that is of use is larger: the largest hold pictures. */
const MAX_TAG_BYTES = 64 * 1024 * 1024;
/** Read of one file at most: a file of gigabytes without any sound in it is not searched to its end. */
const MAX_READ_BYTES = 2 * MAX_TAG_BYTES;

/** There is more to read than any audio file needs for its tags. */
export class TooMuchToRead extends Error {
  override readonly name = 'TooMuchToRead';
}

/** What was read of a file, and where (offset in bytes) an ID3v2 tag of before version 2.4 begins; null without one. */
export interface ReadAudio extends IAudioMetadata {
  oldId3At: number | null;
}

/**
 * Tags and format of an audio file, without its duration where only reading all of it would tell.
 * @param container of its contents, which names the parser to use @param maxBytes read at most
 * @throws {TooMuchToRead} {@link MediaError}; what music-metadata and strtok3 throw for a broken file
 */
export async function readAudio(file: OpenMedia, container: Container, maxBytes = MAX_READ_BYTES): Promise<ReadAudio> {
  // By an ending, not by a MIME type: its parser of those is CommonJS, which tsx does not load in worker threads.
  const [ending = ''] = FORMATS[container].endings;
  const tokenizer = new MediaTokenizer(file, ending, maxBytes);
  const metadata = await parseFromTokenizer(tokenizer, { duration: false });
  return { ...metadata, oldId3At: tokenizer.oldId3At };
}

/** An opened file, as parsers of formats read it. */
export function accessTo(file: OpenMedia): RandomAccess {
  return {
    size: file.state.size,
    async read(start, end) {
      const bytes = Buffer.allocUnsafe(end - start);
      return bytes.subarray(0, await file.read(bytes, start));
    },
  };
}

/** Bytes in memory, as a file of the media store. */
export function inMemory(bytes: Uint8Array): OpenMedia {
  const state = { size: bytes.length, mtimeMs: 0, identity: '' };
  return {
    state,
    async read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    stat: async () => state,
    close: async () => undefined,
  };
}

/** What music-metadata reads through: an opened file, instead of a path that it would open by itself. */
class MediaTokenizer extends AbstractTokenizer {
  readonly fileInfo: { path: string; size: number };
  /** Met at the beginning of something that was read: of the file, or of a chunk of it. */
  oldId3At: number | null = null;

  constructor(
    private readonly file: OpenMedia,
    path: string,
    private left: number,
  ) {
    super({ maxBufferSize: MAX_TAG_BYTES });
    this.fileInfo = { path, size: file.state.size };
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
    if (this.oldId3At === null && beginsWithOldId3(into.subarray(0, read))) this.oldId3At = position;
    return read;
  }
}

function beginsWithOldId3([i, d, three, version]: Uint8Array): boolean {
  return i === 0x49 && d === 0x44 && three === 0x33 && (version === 2 || version === 3);
}

/** No Ogg page is longer (bytes), so that a tail of this length holds the head of the last one. */
const MAX_PAGE_BYTES = 65_307;
const CAPTURE = Buffer.from('OggS\0', 'latin1');
/** Offset in a page of its granule position, u64 little-endian. */
const GRANULE_AT = 6;
/** A page that ends no packet has no position. */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/** Samples from the beginning to the end of an Ogg file, as its last page tells; null without one. */
export async function lastOggSample(file: OpenMedia): Promise<number | null> {
  const { size } = file.state;
  const tail = Buffer.alloc(Math.min(size, MAX_PAGE_BYTES));
  return lastGranule(tail.subarray(0, await file.read(tail, size - tail.length)));
}

/** @param tail end of an Ogg file */
export function lastGranule(tail: Buffer): number | null {
  for (let at = tail.lastIndexOf(CAPTURE); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(CAPTURE, at - 1)) {
    if (at + GRANULE_AT + 8 > tail.length) continue;
    const granule = tail.readBigUInt64LE(at + GRANULE_AT);
    if (granule !== NO_POSITION && granule <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(granule);
  }
  return null;
}
