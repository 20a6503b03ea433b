import { FormatError } from '@/lib/assets/seek/reader';
import { fromWireError } from '@/lib/contracts/errors';
import type { MediaStore } from '@/lib/media-store/media-store';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import type { Sealed, SealJob } from './seal-file';
import type { SealAnswer, SealTask } from './seal-worker';

const WORKER = { source: 'lib/sealing/seal-worker.ts', built: 'seal-worker' };

export interface Sealer {
  /**
   * Hashes every sealed chunk of a file, builds its seek index and signs the manifest, beside the main thread.
   * @throws {EnxameError} `file_missing`; {@link FormatError}; `conflict` when the file changed meanwhile
   */
  seal(job: SealJob): Promise<Sealed>;
  close(): Promise<void>;
}

/**
 * @param options.media where the files are @param options.threads at most so many files at a time; threads start when needed and end when
 *   idle
 */
export function createSealer({ media, threads }: { media: MediaStore; threads: number }): Sealer {
  const pool = makeWorkerPool<SealTask, SealAnswer>(WORKER, threads);
  const description = media.describe();
  return {
    async seal(job) {
      const answer = await pool.run({ ...job, media: description });
      if ('fault' in answer && answer.fault !== undefined) throw new FormatError(answer.error.message, answer.fault);
      if ('error' in answer) throw fromWireError(answer.error);
      return answer.sealed;
    },
    close: () => pool.close(),
  };
}
