import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';

/** The file that a worker thread begins with: it exports the function to run as its default. */
export interface WorkerEntry {
  /** Its source, from the root of the project. */
  source: string;
  /** Its name in `build/`, without the ending (see scripts/build.mjs). */
  built: string;
}

/**
 * Worker threads that run one default-exported function, so that work on files never blocks playback. The built file where the server
 * runs built; the source through tsx in tests and development.
 * @param threads at most so many tasks at a time; threads start when needed and end when idle
 * @param limits.heapMb JavaScript's heap in one thread (MB); a thread that needs more is ended
 */
export function makeWorkerPool<In, Out>(
  entry: WorkerEntry,
  threads: number,
  limits: { heapMb?: number } = {},
): {
  /** An aborted task ends its thread. */ run(task: In, signal?: AbortSignal): Promise<Out>;
  close(): Promise<void>;
} {
  const built = join(process.cwd(), 'build', `${entry.built}.mjs`);
  const fromSource = process.env.NODE_ENV !== 'production' || !existsSync(built);
  const pool = new Piscina({
    filename: fromSource ? join(process.cwd(), entry.source) : built,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    ...(limits.heapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: limits.heapMb } }),
    ...(fromSource ? { execArgv: ['--import', 'tsx'] } : {}),
  });
  return {
    run: (task, signal) => pool.run(task, signal === undefined ? {} : { signal }) as Promise<Out>,
    close: () => pool.destroy(),
  };
}
