/** The database of the cache in IndexedDB: sealed chunks under [version, chunk], and one record for each asset. It knows no budget. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { orTimeout } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { AssetInfo } from './store';

export interface AssetRecord extends AssetInfo {
  /** The version's id; under this name it is the key of records that browsers keep. */
  version: string;
  /** Sealed bytes of its chunks. */
  bytes: number;
  /** Epoch ms. */
  lastUsed: number;
  pinned: boolean;
}

interface Schema extends DBSchema {
  chunks: { key: [string, number]; value: Uint8Array };
  assets: { key: string; value: AssetRecord };
}

/** A database that does not open in this time (a blocked upgrade, a broken profile) is done without, ms. */
const OPEN_TIMEOUT_MS = 4000;
/** A disk that has not answered by then is not waited for, ms: the network is sooner, and the player has some seconds in hand. */
const READ_TIMEOUT_MS = 2000;

/** Each method rejects as IndexedDB does, a closed database included. */
export class ChunkDatabase {
  private constructor(
    private readonly db: IDBPDatabase<Schema>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onGone the database can no longer be used; why, for the log
   * @throws {Error} when it cannot be had, or not in time
   */
  static async open(name: string, clock: Clock, onGone: (reason: string) => void): Promise<ChunkDatabase> {
    const opening = openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('chunks');
        db.createObjectStore('assets', { keyPath: 'version' });
      },
      blocking: () => onGone('the database is being deleted'),
      terminated: () => onGone('the browser closed the database'),
    });
    const late = () => new Error('the database did not open in time');
    try {
      return new ChunkDatabase(await orTimeout(opening, OPEN_TIMEOUT_MS, clock, late), clock);
    } catch (error) {
      // Opened too late, it must not stand in the way of who deletes it.
      void opening.then((db) => db.close()).catch(() => {});
      throw error;
    }
  }

  assets(): Promise<AssetRecord[]> {
    return this.db.getAll('assets');
  }

  /** Numbers of the chunks held of a version; none where the disk takes too long. */
  async chunksOf(versionId: string): Promise<number[]> {
    const keys = (await this.inTime(this.db.getAllKeys('chunks', keysOf(versionId)))) ?? [];
    return keys.map(([, chunk]) => chunk);
  }

  /** Null where it is not held, or the disk takes too long. */
  async chunk(versionId: string, chunk: number): Promise<Uint8Array | null> {
    return (await this.inTime(this.db.get('chunks', [versionId, chunk]))) ?? null;
  }

  /** All of it in one transaction: the record of each asset, and new chunks of it. */
  async write(changes: readonly { record: AssetRecord; chunks: ReadonlyMap<number, Uint8Array> }[]): Promise<void> {
    const tx = this.db.transaction(['chunks', 'assets'], 'readwrite', { durability: 'relaxed' });
    const updates: Promise<unknown>[] = [];
    for (const { record, chunks } of changes) {
      for (const [chunk, sealed] of chunks) updates.push(tx.objectStore('chunks').put(sealed, [record.version, chunk]));
      updates.push(tx.objectStore('assets').put(record));
    }
    // Of a batch that the browser aborts for want of room each write fails too, and says only that it was aborted.
    await Promise.all([...updates, tx.done]).catch((error: unknown) => {
      throw tx.error ?? error;
    });
  }

  async removeChunk(versionId: string, chunk: number): Promise<void> {
    await this.db.delete('chunks', [versionId, chunk]);
  }

  async remove(versionId: string): Promise<void> {
    const tx = this.db.transaction(['chunks', 'assets'], 'readwrite', { durability: 'relaxed' });
    await Promise.all([
      tx.objectStore('chunks').delete(keysOf(versionId)),
      tx.objectStore('assets').delete(versionId),
      tx.done,
    ]);
  }

  close(): void {
    this.db.close();
  }

  /** @returns what a read answers; undefined when the disk takes too long */
  private inTime<T>(reading: Promise<T>): Promise<T | undefined> {
    const late = new Promise<undefined>((resolve) => {
      const cancel = this.clock.after(READ_TIMEOUT_MS, () => resolve(undefined));
      reading.then(cancel, cancel);
    });
    return Promise.race([reading, late]);
  }
}

/** A write failed because the browser gives no more room. */
export function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

function keysOf(versionId: string): IDBKeyRange {
  return IDBKeyRange.bound([versionId, 0], [versionId, Number.POSITIVE_INFINITY]);
}
