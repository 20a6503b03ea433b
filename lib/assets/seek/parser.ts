import type { ManifestHeader } from '@/lib/contracts/manifest';
import type { RandomAccess } from './reader';

/** What a parser finds out of a file's own bytes: all of a manifest's header that is neither about chunks nor the same for its container. */
export type SeekDescription = Omit<ManifestHeader, 'version' | 'size' | 'chunkSize' | 'mime' | 'container'>;

/** What a look at the beginning of a file tells. */
export interface Checked {
  /** Seconds that are heard; null where only all of the file would tell. */
  durationS: number | null;
  /** Seconds at which the file's own clock begins; of a recording of a broadcast this may be an hour. */
  startS: number;
  /** The metadata of FLAC in Ogg as a FLAC file of its own, without sound: for readers of tags that know only that. */
  flacHeader?: Uint8Array;
}

/** Knows one container, and finds where in a file of it a jump may start. */
export interface SeekParser {
  /**
   * Whether a file is of this container.
   * @param head its first 12 bytes behind leading ID3 tags @param start where these bytes are
   */
  recognises(head: Uint8Array, start: number, source: RandomAccess): boolean | Promise<boolean>;
  /**
   * A look at a file that reads no more than its header and its first second: is there sound in it? What is sound by its checksums, or by
   * frames that follow each other, counts. Where `describe` is as quick it does this, too.
   * @throws {FormatError}
   */
  check(source: RandomAccess): Promise<Checked>;
  /** @throws {FormatError} with a sentence that says what is wrong */
  describe(source: RandomAccess): Promise<SeekDescription>;
}
