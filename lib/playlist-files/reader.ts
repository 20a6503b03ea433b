import { EnxameError, fromWireError } from '@/lib/contracts/errors';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import type { PlaylistFile } from './contents';
import type { TrackListFormat } from './playlist-file';
import type { ReadAnswer, ReadTask } from './read-worker';

const WORKER = { source: 'lib/playlist-files/read-worker.ts', built: 'playlist-file-worker' };
/** The slowest file of the largest size takes seconds; what takes longer than this finds a fault in a reader. */
const READ_WITHIN_MS = 60_000;
const COME_AGAIN_S = 2;

export type PlaylistReader = ReturnType<typeof openPlaylistReader>;

/** Reads playlist files in a worker thread: a large one takes seconds, in which this thread would answer nobody. */
export function openPlaylistReader() {
  const pool = makeWorkerPool<ReadTask, ReadAnswer>(WORKER, 1);
  const reading = new Set<string>();
  return {
    /**
     * Runs `work` with a function that reads a file; for each account one at a time, so that nobody keeps the others waiting.
     * @throws {EnxameError} `too_many_requests` while another of this account is under way; what `work` throws, and reading:
     * `invalid_request` for text that is no such file, `too_large` for more than a playlist may hold
     */
    async forAccount<T>(
      accountId: string,
      work: (read: (format: TrackListFormat, text: string) => Promise<PlaylistFile>) => Promise<T>,
    ): Promise<T> {
      if (reading.has(accountId)) {
        const again = { retryAfterS: COME_AGAIN_S };
        throw new EnxameError(
          'too_many_requests',
          'Another file of yours is still being read. Try again when it is done.',
          again,
        );
      }
      reading.add(accountId);
      try {
        return await work(async (format, text) => {
          const answer = await pool.run({ format, text }, AbortSignal.timeout(READ_WITHIN_MS));
          if ('refused' in answer) throw fromWireError(answer.refused);
          return answer.file;
        });
      } finally {
        reading.delete(accountId);
      }
    },
    close: () => pool.close(),
  };
}
