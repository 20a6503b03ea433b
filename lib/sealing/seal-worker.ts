import { FormatError } from '@/lib/assets/seek/reader';
import { isEnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import type { ImportFault } from '@/lib/contracts/reasons';
import type { MediaStoreDescription } from '@/lib/media-store/media-store';
import { openMediaStore } from '@/lib/media-store/open';
import { type Sealed, type SealJob, sealFile } from './seal-file';

/** A job, and where its file is. */
export interface SealTask extends SealJob {
  media: MediaStoreDescription;
}

/** `fault`: of a file that is refused for what is in it. */
export type SealAnswer = { sealed: Sealed } | { error: WireError; fault?: ImportFault };

/** Entry of the worker threads that seal. Expected errors are answered, not thrown: a clone between threads loses their code. */
export default async function sealInWorker({ media, ...job }: SealTask): Promise<SealAnswer> {
  try {
    return { sealed: await sealFile(openMediaStore(media), job) };
  } catch (error) {
    if (!isEnxameError(error)) throw error;
    return { error: toWireError(error), ...(error instanceof FormatError ? { fault: error.fault } : {}) };
  }
}
