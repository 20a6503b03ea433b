import { access, constants, readdir } from 'node:fs/promises';
import { isLoopbackHost } from '@/lib/auth/trust';
import type { Config } from '@/lib/config/config';
import { StartError } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Database } from '@/lib/database/database';
import type { MediaStore } from '@/lib/media-store/media-store';
import type { Bus } from '@/lib/messaging/bus';
import type { Secrets } from '@/lib/secrets/secrets';
import type { ShutdownManager } from './shutdown';

/** What every process has from its first line on. */
export interface Context {
  config: Config;
  log: Log;
  shutdown: ShutdownManager;
}

/** What every part is started with. */
export interface Foundations extends Context {
  database: Database;
  bus: Bus;
  secrets: Secrets;
  /** Where the music is. */
  media: MediaStore;
}

/** Where people reach a server that listens on `port`. */
export function siteAddress(config: Pick<Config, 'publicUrl' | 'host'>, port: number): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const name = isLoopbackHost(config.host) || everywhere ? 'localhost' : config.host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** @throws {StartError} when MUSIC_DIR cannot be read */
export async function checkMusicDir(musicDir: string): Promise<void> {
  try {
    await readdir(musicDir);
    await access(musicDir, constants.R_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'this folder does not exist'
        : code === 'ENOTDIR'
          ? 'it is not a folder'
          : code === 'EACCES'
            ? 'this process has no permission to read it'
            : message;
    throw new StartError(`MUSIC_DIR is "${musicDir}", but ${reason}.`);
  }
}

/** Names of what separate processes must share and this environment lacks. @throws {StartError} */
export function requireShared(config: Config, names: ('AMQP_URL' | 'DATABASE_URL' | 'ENXAME_SECRET')[]): void {
  const given = { AMQP_URL: config.amqpUrl, DATABASE_URL: config.databaseUrl, ENXAME_SECRET: config.secret };
  const missing = names.filter((name) => given[name] === null);
  if (missing.length === 0) return;
  throw new StartError(
    `A part that runs as a separate process needs ${missing.join(' and ')}, the same for every process. ` +
      'See docs/configuration.md; `npm start` alone needs none of them.',
  );
}
