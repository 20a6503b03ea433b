import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Database, Orm } from '@/lib/database/database';
import type { MediaStore } from '@/lib/media-store/media-store';
import type { Bus } from '@/lib/messaging/bus';
import type { Secrets } from '@/lib/secrets/secrets';

/** Without `watch` and `rescanMinutes` folders are looked at only when somebody imports them. */
export type CatalogConfig = Pick<Config, 'musicDir' | 'maxStreams' | 'originUrl'> &
  Partial<Pick<Config, 'watch' | 'rescanMinutes'>>;
export type CatalogSecrets = Pick<Secrets, 'masterKey' | 'holderKey' | 'signingKey'>;

/** What the catalog is given. */
export interface CatalogDeps {
  bus: Bus;
  database: Database;
  /** Where the music is. */
  media: MediaStore;
  config: CatalogConfig;
  secrets: CatalogSecrets;
  log: Log;
  /** Loudness is measured once there was nothing else to do for so long (ms); tests do not wait for it. */
  measureAfterMs?: number;
}

/** What its files share. */
export interface Deps extends CatalogDeps {
  orm: Orm;
  /** There are new facts in the outbox, committed. */
  wakeOutbox: () => void;
}
