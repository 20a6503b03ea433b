import { isEnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import { type Sealed, type SealJob, sealFile } from './seal-file';

export type SealAnswer = { sealed: Sealed } | { error: WireError };

/** Entry of the `seal` worker threads. Expected errors are answered, not thrown: a clone between threads loses their code. */
export default async function sealInWorker(job: SealJob): Promise<SealAnswer> {
  try {
    return { sealed: await sealFile(job) };
  } catch (error) {
    if (!isEnxameError(error)) throw error;
    return { error: toWireError(error) };
  }
}
