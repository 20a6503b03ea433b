import { fromWireError } from '@/lib/contracts/errors';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import type { Sealed, SealJob } from './seal-file';
import type { SealAnswer } from './seal-worker';

const WORKER = { source: 'lib/sealing/seal-worker.ts', built: 'seal-worker' };

export interface Sealer {
  /**
   * Hashes every sealed chunk of a file, builds its seek index and signs the manifest, beside the main thread.
   * @throws {EnxameError} `file_missing`; `format_unsupported` with a sentence; `conflict` when the file changed meanwhile
   */
  seal(job: SealJob): Promise<Sealed>;
  close(): Promise<void>;
}

/** @param options.threads at most so many files at a time; threads start when needed and end when idle */
export function createSealer({ threads }: { threads: number }): Sealer {
  const pool = makeWorkerPool<SealJob, SealAnswer>(WORKER, threads);
  return {
    async seal(job) {
      const answer = await pool.run(job);
      if ('error' in answer) throw fromWireError(answer.error);
      return answer.sealed;
    },
    close: () => pool.close(),
  };
}
