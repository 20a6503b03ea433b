import type { ManifestHeader } from '@/lib/contracts/manifest';
import type { RandomAccess } from './reader';

/** What a parser finds out of a file's own bytes: all of a manifest's header that is neither about chunks nor the same for its container. */
export type SeekDescription = Omit<ManifestHeader, 'version' | 'size' | 'chunkSize' | 'mime' | 'container'>;

/** Knows one container, and finds where in a file of it a jump may start. */
export interface SeekParser {
  /**
   * Whether a file is of this container.
   * @param head its first 12 bytes behind leading ID3 tags @param start where these bytes are
   */
  recognises(head: Uint8Array, start: number, source: RandomAccess): boolean | Promise<boolean>;
  /** @throws {EnxameError} `format_unsupported`, with a sentence that says what is wrong */
  describe(source: RandomAccess): Promise<SeekDescription>;
}
