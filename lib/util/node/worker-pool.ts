import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';

/** What may run beside the main thread: names of entry files (see scripts/build.mjs), so that hot file work never blocks playback. */
export type WorkerName = 'tags' | 'seal' | 'playlist-file';

const SOURCES: Record<WorkerName, string> = {
  tags: 'services/catalog/tags-worker.ts',
  seal: 'lib/origin/seal-worker.ts',
  'playlist-file': 'lib/playlist-files/read-worker.ts',
};

/**
 * Worker threads that run one default-exported function. The built file where the server runs built; the source through tsx
 * in tests and development.
 */
export function makeWorkerPool<In, Out>(
  name: WorkerName,
  threads: number,
): {
  /** An aborted task ends its thread. */ run(task: In, signal?: AbortSignal): Promise<Out>;
  close(): Promise<void>;
} {
  const built = join(process.cwd(), 'build', `${name}-worker.mjs`);
  const fromSource = process.env.NODE_ENV !== 'production' || !existsSync(built);
  const pool = new Piscina({
    filename: fromSource ? join(process.cwd(), SOURCES[name]) : built,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    ...(fromSource ? { execArgv: ['--import', 'tsx'] } : {}),
  });
  return {
    run: (task, signal) => pool.run(task, signal === undefined ? {} : { signal }) as Promise<Out>,
    close: () => pool.destroy(),
  };
}
