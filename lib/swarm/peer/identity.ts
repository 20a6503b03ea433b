/**
 * Who this tab is. A tab keeps its peer id, and with it its cache, over a reload; but "Duplicate tab" copies the id too. So an id is a
 * tab's own only while it holds a Web Lock on it. A tab without one adopts the cache of a tab that is gone, before it begins anew.
 * Where tabs share one peer (`TABS=shared`), they share one id and its cache, and whoever holds the lock leads.
 */
import { id, newId } from '@/lib/contracts/ids';

const STORAGE_KEY = 'enxame-peer';
const SHARED_KEY = 'enxame-shared-peer';
const DATABASE_PREFIX = 'enxame-';
/** The page before a reload lets go of its lock as it is torn down: measured in tens of ms; a duplicate waits this long in vain. */
const RELOAD_PATIENCE_MS = 1500;
/** Databases looked at in one start. */
const MAX_ORPHANS_TRIED = 20;
/** Caches of tabs that are gone, kept for tabs to come; more would fill the quota with what nobody hears or serves. */
const MAX_ORPHANS_KEPT = 3;

export interface IdentityParts {
  /** The tab's sessionStorage; of a shared identity the browser's localStorage. */
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  locks: Pick<LockManager, 'request'>;
  /** Names of this origin's databases. */
  databases: () => Promise<string[]>;
  deleteDatabase: (name: string) => Promise<void>;
}

export interface Identity {
  peerId: string;
  /** Of the cache. */
  databaseName: string;
  /** Gives the id up: another tab may adopt it. */
  release: () => void;
}

export async function claimIdentity(parts: IdentityParts): Promise<Identity> {
  const before = id.safeParse(parts.storage.getItem(STORAGE_KEY));
  const own = before.success ? await take(before.data, parts, RELOAD_PATIENCE_MS) : null;
  const identity = own ?? (await adopt(parts)) ?? (await begin(parts));
  parts.storage.setItem(STORAGE_KEY, identity.peerId);
  return identity;
}

/** Who all tabs of this browser are. Its lock is free for whoever leads. @throws where nothing can be remembered */
export async function sharedIdentity(parts: IdentityParts): Promise<Omit<Identity, 'release'> & { lock: string }> {
  // Two tabs that begin at once must not make up an id each.
  return await parts.locks.request(SHARED_KEY, {}, async () => {
    const known = id.safeParse(parts.storage.getItem(SHARED_KEY));
    if (known.success) return shared(known.data);
    const identity = (await adopt(parts)) ?? (await begin(parts));
    identity.release();
    parts.storage.setItem(SHARED_KEY, identity.peerId);
    return shared(identity.peerId);
  });
}

function shared(peerId: string) {
  return { peerId, databaseName: `${DATABASE_PREFIX}${peerId}`, lock: lockOf(peerId) };
}

function lockOf(peerId: string): string {
  return `enxame-peer-${peerId}`;
}

/** Deletes all but a few of the caches whose tabs are gone. */
export async function sweepOrphans(parts: IdentityParts): Promise<void> {
  let kept = 0;
  for await (const orphan of orphans(parts)) {
    if (++kept > MAX_ORPHANS_KEPT) await parts.deleteDatabase(orphan.databaseName).catch(() => {});
    orphan.release();
  }
}

async function adopt(parts: IdentityParts): Promise<Identity | null> {
  for await (const orphan of orphans(parts)) return orphan;
  return null;
}

/** Identities whose tab is gone, each held until it is released. */
async function* orphans(parts: IdentityParts): AsyncGenerator<Identity> {
  const names = await parts.databases().catch(() => []);
  for (const name of names.filter((other) => other.startsWith(DATABASE_PREFIX)).slice(0, MAX_ORPHANS_TRIED)) {
    const peerId = id.safeParse(name.slice(DATABASE_PREFIX.length));
    const identity = peerId.success ? await take(peerId.data, parts, 0) : null;
    if (identity !== null) yield identity;
  }
}

async function begin(parts: IdentityParts): Promise<Identity> {
  for (;;) {
    const identity = await take(newId(), parts, 0);
    if (identity !== null) return identity;
  }
}

/** @param patienceMs how long another holder is waited for @returns null when the id is another tab's */
function take(peerId: string, { locks }: IdentityParts, patienceMs: number): Promise<Identity | null> {
  return new Promise((resolve, reject) => {
    const held = (lock: Lock | null) => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      // The lock is held for as long as this promise is not settled: until the page is gone.
      return new Promise<void>((release) =>
        resolve({ peerId, databaseName: `${DATABASE_PREFIX}${peerId}`, release: () => release() }),
      );
    };
    const name = lockOf(peerId);
    const asked =
      patienceMs > 0
        ? locks.request(name, { signal: AbortSignal.timeout(patienceMs) }, held)
        : locks.request(name, { ifAvailable: true }, held);
    asked.catch((error: unknown) => {
      if (error instanceof DOMException && (error.name === 'AbortError' || error.name === 'TimeoutError'))
        resolve(null);
      else reject(error);
    });
  });
}
