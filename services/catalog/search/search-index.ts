import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { orTimeout } from '@/lib/util/abort';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { type Clock, steadyClock } from '@/lib/util/clock';
import { type Changed, ChangeFollower, forgetOldChanges, noChange } from './follow';
import { type Entry, NameIndex } from './name-index';
import { albumsOfArtists, readAlbums, readArtists, readTracks, tracksNamedBy, type Which } from './read-names';

/** Entries read in one query: it takes PGlite's thread for some 20 ms. */
const PIECE = 500;
/** What a search reads of changes before it answers; of a large import the rest comes behind it. */
const MOST_BEFORE_ANSWER = 1_000;
/** A change is known to the next search at once; so often it is looked for when nobody searches, so that it does not wait for all of them (ms). */
const FOLLOW_EVERY_MS = 5_000;
/** A search waits so long while all names are read (ms): a caller of the service gives up at 5 s, and would not know why. */
const PATIENCE_MS = 3_000;
const FORGET_EVERY_MS = 10 * 60_000;

export interface LibraryNames {
  tracks: NameIndex;
  albums: NameIndex;
  artists: NameIndex;
}

/**
 * The names of the library in this process's memory, as they are in the database: read once, and kept up by what {@link ChangeFollower} tells, whichever process
 * changed them.
 */
export class SearchIndex {
  private names: LibraryNames | null = null;
  private reading: Promise<LibraryNames> | null = null;
  /** Somebody waits for the reading. */
  private isAwaited = false;
  private readonly follower: ChangeFollower;
  /** Changes that were told and not read yet. */
  private pending = noChange();
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;
  private readonly following: BackgroundLoop;
  private readonly forgetting: BackgroundLoop;

  constructor(
    private readonly orm: Orm,
    log: Pick<Log, 'warn'>,
    private readonly clock: Clock = steadyClock,
  ) {
    this.follower = new ChangeFollower(orm);
    this.following = new BackgroundLoop({
      pass: () => inBackground(() => this.follow()),
      everyMs: FOLLOW_EVERY_MS,
      retryMs: FOLLOW_EVERY_MS,
      onFailure: (error) => log.warn({ error }, 'changes of the library could not be read for search'),
    });
    this.forgetting = new BackgroundLoop({
      pass: () => inBackground(() => forgetOldChanges(orm)),
      everyMs: FORGET_EVERY_MS,
      retryMs: FORGET_EVERY_MS,
      onFailure: (error) => log.warn({ error }, 'old changes of the library could not be deleted'),
    });
  }

  /** Reads all names, behind whatever listeners ask. */
  start(): void {
    this.following.wake();
    this.forgetting.wake();
  }

  /**
   * The names as they are now; after very many changes at once as they were a moment ago.
   * @throws {EnxameError} `unavailable` while all of them are being read @throws what the database throws
   */
  async current(): Promise<LibraryNames> {
    await this.readSoon();
    await this.catchUp();
    // They are read anew where changes may have been missed.
    return await this.readSoon();
  }

  async close(): Promise<void> {
    await Promise.all([this.following.close(), this.forgetting.close()]);
    await this.running?.catch(() => undefined);
    await this.reading?.catch(() => undefined);
  }

  private async follow(): Promise<void> {
    await this.read();
    do await this.catchUp();
    while (sizeOf(this.pending) > 0 && !this.following.isClosed);
  }

  private readSoon(): Promise<LibraryNames> {
    if (this.names !== null) return Promise.resolve(this.names);
    this.isAwaited = true;
    return orTimeout(this.read(), PATIENCE_MS, this.clock, stillReading);
  }

  private read(): Promise<LibraryNames> {
    if (this.names !== null) return Promise.resolve(this.names);
    this.reading ??= this.readAll().finally(() => {
      this.reading = null;
      this.isAwaited = false;
    });
    return this.reading;
  }

  private async readAll(): Promise<LibraryNames> {
    await this.follower.begin();
    this.pending = noChange();
    const names = { tracks: new NameIndex(), albums: new NameIndex(), artists: new NameIndex() };
    await this.readWhole((which) => readArtists(this.orm, which), names.artists);
    await this.readWhole((which) => readAlbums(this.orm, which), names.albums);
    const entries = async (which: Which) => (await readTracks(this.orm, which)).map(({ entry }) => entry);
    await this.readWhole(entries, names.tracks);
    this.names = names;
    return names;
  }

  private async readWhole(read: (which: Which) => Promise<Entry[]>, into: NameIndex): Promise<void> {
    for (let after = ''; ; ) {
      if (this.following.isClosed) throw new Error('The search index is closed.');
      const piece = () => read({ after, limit: PIECE });
      const entries = await (this.isAwaited ? piece() : inBackground(piece));
      for (const entry of entries) into.put(entry);
      const last = entries.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** Sees all that was committed before the call. One at a time: who asks while one runs, which may have looked too early, shares the next. */
  private catchUp(): Promise<void> {
    if (this.running === null) {
      this.running = this.readChanges().finally(() => {
        this.running = null;
      });
      return this.running;
    }
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = null;
        return this.catchUp();
      });
    return this.queued;
  }

  private async readChanges(): Promise<void> {
    const told = await this.follower.next();
    if (told === null) {
      this.names = null;
      return;
    }
    const { names, pending } = this;
    if (names === null) return;
    merge(told, pending);
    await this.expandRenamed();
    let left = MOST_BEFORE_ANSWER;
    while (left > 0 && sizeOf(pending) > 0) left -= await this.readPiece(names);
  }

  /** What was renamed names tracks, and albums by their artists. */
  private async expandRenamed(): Promise<void> {
    const { renamed, tracks, albums } = this.pending;
    if (renamed.albums.size + renamed.artists.size + renamed.genres.size === 0) return;
    for (const id of await tracksNamedBy(this.orm, renamed)) tracks.add(id);
    for (const id of await albumsOfArtists(this.orm, renamed.artists)) albums.add(id);
    this.pending.renamed = noChange().renamed;
  }

  /** Tracks first: their albums and artists may be shown, or not, because of them. @returns how many were read */
  private async readPiece(names: LibraryNames): Promise<number> {
    const { tracks, albums, artists } = this.pending;
    if (tracks.size > 0) {
      const ids = firstOf(tracks);
      const read = await readTracks(this.orm, { ids });
      for (const { entry, people } of read) {
        if (entry.albumId !== undefined) albums.add(entry.albumId);
        for (const id of people) artists.add(id);
      }
      renew(
        names.tracks,
        ids,
        read.map(({ entry }) => entry),
      );
      for (const id of ids) tracks.delete(id);
      return ids.length;
    }
    const [waiting, index, read] =
      albums.size > 0 ? [albums, names.albums, readAlbums] : [artists, names.artists, readArtists];
    const ids = firstOf(waiting);
    renew(index, ids, await read(this.orm, { ids }));
    for (const id of ids) waiting.delete(id);
    return ids.length;
  }
}

const stillReading = () =>
  new EnxameError('unavailable', 'The names of the library are still being read. Search again in a few seconds.');

function renew(index: NameIndex, ids: readonly string[], found: readonly Entry[]): void {
  const known = new Set(found.map(({ id }) => id));
  for (const entry of found) index.put(entry);
  for (const id of ids) if (!known.has(id)) index.remove(id);
}

function firstOf(ids: ReadonlySet<string>): string[] {
  const first: string[] = [];
  for (const id of ids) if (first.push(id) === PIECE) break;
  return first;
}

const sizeOf = ({ tracks, albums, artists }: Changed) => tracks.size + albums.size + artists.size;

function merge(told: Changed, into: Changed): void {
  for (const kind of ['tracks', 'albums', 'artists'] as const) for (const id of told[kind]) into[kind].add(id);
  for (const kind of ['albums', 'artists', 'genres'] as const) {
    for (const id of told.renamed[kind]) into.renamed[kind].add(id);
  }
}
