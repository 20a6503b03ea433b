import type { Accounts } from '@/lib/auth/accounts';
import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Health } from '@/lib/contracts/api/server';
import type { Bus } from '@/lib/messaging/bus';
import type { FirstSound } from '@/lib/origin/first-bytes';
import type { PlaylistReader } from '@/lib/playlist-files/reader';
import type { Secrets } from '@/lib/secrets/secrets';
import type { Conversions } from '@/lib/transcode/conversions';
import type { RateLimiter } from '@/lib/util/rate-limit';
import type { Questions } from './questions';

/** What the gateway's routes and the pages' server side may use of the process they run in. */
export interface Runtime {
  config: Config;
  log: Log;
  bus: Bus;
  /** The bus's questions, shared fairly by those who ask. */
  questions: Questions;
  accounts: Accounts;
  /** Bounds how often one account changes something. */
  writesOfAccount: RateLimiter;
  /** Bounds how often one account looks for others by name. */
  peopleSearches: RateLimiter;
  playlistReader: PlaylistReader;
  /** Converts files for apps. */
  conversions: Pick<Conversions, 'formats' | 'send'>;
  secrets: Pick<Secrets, 'signingKey' | 'publicKey'>;
  /** The chunk that sound begins with `atS` seconds into a version; null where it cannot be had here and now. */
  head(versionId: string, atS: number): Promise<Uint8Array | null>;
  /** What sound needs to begin `atS` seconds into a version, signed, and the rest of its chunk; null where it cannot be had here and now. */
  firstSound(versionId: string, atS: number): Promise<FirstSound | null>;
  /** This version may soon be asked of the origin: it shall be served then also while the catalog is away. */
  prepare(versionId: string): void;
  /** Never fails, never takes longer than HEALTH_TIMEOUT_MS. */
  health(): Promise<Health>;
}

const KEY = Symbol.for('enxame.runtime');

/** Set once, by the process's entry. On `globalThis`, because Next's bundle and the host each have their own copy of this file. */
export function setRuntime(runtime: Runtime): void {
  (globalThis as Record<symbol, unknown>)[KEY] = runtime;
}

/** @throws {Error} outside of a server process of ours, as while Next builds pages */
export function runtime(): Runtime {
  const found = (globalThis as Record<symbol, unknown>)[KEY] as Runtime | undefined;
  if (found === undefined) throw new Error('There is no Enxame server in this process. Start it with npm start.');
  return found;
}
