/** Checkpoints of the embedded database: PGlite makes none by itself until it closes, and its log would grow for ever. */
import { BackgroundLoop } from '@/lib/util/background-loop';
import type { Clock } from '@/lib/util/clock';
import { inBackground } from './priority';

/** So many bytes of log are kept at most, but for what is written between two looks: four segments, which a start after a kill reads in about a second. */
export const MAX_LOG_BYTES = 64 * 1024 ** 2;
export const LOOK_EVERY_MS = 30_000;

export interface LoggedDatabase {
  /** Bytes of log since the last checkpoint. */
  logBytes(): Promise<number>;
  checkpoint(): Promise<void>;
}

/** Looks every {@link LOOK_EVERY_MS}, from the first moment on. */
export function keepLogShort(database: LoggedDatabase, clock?: Clock): { close(): Promise<void> } {
  const loop = new BackgroundLoop({
    pass: () =>
      inBackground(async () => {
        if ((await database.logBytes()) > MAX_LOG_BYTES) await database.checkpoint();
      }),
    everyMs: LOOK_EVERY_MS,
    retryMs: LOOK_EVERY_MS,
    // The disk is full or broken: its health says so, and the next look tries again.
    onFailure: () => {},
    ...(clock === undefined ? {} : { clock }),
  });
  loop.wake();
  return loop;
}
