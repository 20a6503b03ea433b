import { statfsSync } from 'node:fs';
import { EnxameError } from '@/lib/contracts/errors';
import type { ComponentHealth } from '@/lib/contracts/reasons';

const MIB = 1024 ** 2;
/**
 * With less the database takes no more changes (bytes). PGlite's log grows in files of 16 MiB, and the process hangs for ever where one
 * cannot be made (PGlite 0.5.16, measured); a large import writes some 10 MiB between two looks.
 */
export const FULL_BELOW_BYTES = 64 * MIB;
/** With less there is time to make room (bytes). */
export const LOW_BELOW_BYTES = 256 * MIB;
/** A look takes microseconds; between two of them other programs can write some 100 MB. */
const LOOK_EVERY_MS = 100;
/** Whoever was refused comes again after so long: people must make room first. */
const COME_AGAIN_S = 30;

/** Bytes that this process may still write to the disk of a folder. */
export type FreeBytes = (folder: string) => number;

export const freeBytes: FreeBytes = (folder) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** How full the disk of a folder is, looked at not too often. */
export class DiskSpace {
  private lookedAt = Number.NEGATIVE_INFINITY;
  private free = 0;

  constructor(
    private readonly folder: string,
    private readonly look: FreeBytes = freeBytes,
  ) {}

  /** @param now ms of a clock that only goes forward */
  isFull(now: number): boolean {
    if (now - this.lookedAt >= LOOK_EVERY_MS) {
      this.free = this.look(this.folder);
      this.lookedAt = now;
    }
    return this.free < FULL_BELOW_BYTES;
  }

  health(): ComponentHealth {
    const free = this.look(this.folder);
    const detail = `${Math.floor(free / MIB)} MiB free on the disk of the data folder`;
    if (free < FULL_BELOW_BYTES) {
      return {
        status: 'down',
        code: 'disk_full',
        values: { freeMib: Math.floor(free / MIB), neededMib: FULL_BELOW_BYTES / MIB },
        detail: `${detail}; at least ${FULL_BELOW_BYTES / MIB} MiB are needed to save anything.`,
      };
    }
    if (free >= LOW_BELOW_BYTES) return { status: 'ok' };
    return { status: 'degraded', code: 'disk_low', values: { freeMib: Math.floor(free / MIB) }, detail: `${detail}.` };
  }
}

export function diskFull(cause: unknown): EnxameError {
  return new EnxameError('disk_full', 'The server’s disk is full. Its administrator must free some space.', {
    retryAfterS: COME_AGAIN_S,
    cause,
  });
}
