import { asc, eq, inArray, sql } from 'drizzle-orm';
import { newMessage } from '@/lib/contracts/messages';
import { MAX_TRACKS_TOLD } from '@/lib/contracts/tag-edits';
import { inTransaction, type Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { settleAlbums } from '../albums/settle';
import { storeArtists } from '../artists';
import type { Deps } from '../deps';
import { genreKey } from '../identity';
import { whileStoring } from '../names-lock';
import { type Credit, type Names, nameFile } from '../naming';
import { genres, trackArtists, trackGenres, tracks } from '../schema';
import { storeAlbums } from '../store-albums';
import { storeCredits, storeGenres } from '../store-credits';
import { namesOfTrack } from '../store-files';
import { nameGuessedAlbums } from '../tidy';
import { settleSortNames } from './artist-sort';
import { withEdits } from './overlay';
import { toName, trackTags } from './schema';
import { currentSplits } from './store-tags';

/** Tracks in one transaction: short enough in PGlite for playback to come between. */
const TRACKS_AT_ONCE = 64;
/** What is left of a process that stopped, or of another that failed, is found after so long (ms). */
const LOOK_EVERY_MS = 60_000;
const RETRY_MS = 5_000;
/** Whoever edits waits no longer for the new names (ms): they come by themselves. */
const PATIENCE_MS = 4_000;
/** While much is named anew, pages are told now and then (ms). */
const TELL_EVERY_MS = 2_000;

/** Names tracks anew from the tags that are stored, as an import would: no file is read. */
export class Renaming {
  private readonly loop: BackgroundLoop;
  private passing: Promise<void> = Promise.resolve();
  private changed = new Set<string>();
  private toldAt = 0;
  /** Albums may have got other tracks: also by a process that stopped before it put them in order. */
  private isUnsettled = true;

  /** @param tidy drops what nothing names any more, when no import runs */
  constructor(
    private readonly deps: Deps,
    private readonly tidy: () => Promise<void>,
  ) {
    this.loop = new BackgroundLoop({
      pass: () => inBackground(() => this.pass()),
      everyMs: LOOK_EVERY_MS,
      retryMs: RETRY_MS,
      onFailure: (error) => deps.log.warn({ error }, 'tracks could not be named anew; trying again'),
    });
  }

  /** There may be tracks to name. */
  wake(): void {
    this.loop.wake();
  }

  async close(): Promise<void> {
    await this.loop.close();
    await this.passing.catch(() => undefined);
  }

  /**
   * There are tracks to name, and somebody waits to see them: ends when they are named, or after {@link PATIENCE_MS}, since thousands take
   * longer than a request may.
   */
  async soon(): Promise<void> {
    const named = this.pass().then(
      () => undefined,
      // The loop tries again.
      () => this.wake(),
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([named, patience]);
    clearTimeout(timer);
  }

  private pass(): Promise<void> {
    const next = this.passing.catch(() => undefined).then(() => this.nameAll());
    this.passing = next;
    return next;
  }

  private async nameAll(): Promise<void> {
    let isNamed = false;
    while (!this.loop.isClosed) {
      const batch = await inTransaction(this.deps.orm, nameBatch);
      if (batch === null) break;
      for (const id of batch) this.changed.add(id);
      isNamed ||= batch.length > 0;
      if (Date.now() - this.toldAt >= TELL_EVERY_MS && this.toldAt !== 0) await this.tell();
      this.toldAt ||= Date.now();
    }
    if (isNamed || this.isUnsettled) {
      this.isUnsettled = true;
      const settled = await settleAlbums(this.deps.orm);
      await nameGuessedAlbums(this.deps.orm, settled.albumIds);
      this.isUnsettled = false;
      if (isNamed || settled.moved) await this.tidy();
    }
    if (this.changed.size > 0) await this.tell();
    this.toldAt = 0;
  }

  /** Told while it is fresh and not through the outbox: pages that miss it ask again when their connection is back. */
  private async tell(): Promise<void> {
    this.toldAt = Date.now();
    const trackIds = this.changed.size > MAX_TRACKS_TOLD ? null : [...this.changed];
    this.changed = new Set();
    try {
      await this.deps.bus.publish(newMessage('changed.tags', { trackIds }, { actor: null, at: Date.now() }));
    } catch (error) {
      this.deps.log.debug({ error }, 'that tags changed could not be told');
    }
  }
}

/** Names some of the tracks that are to be named. @returns those that got other names; null: there are none to name */
async function nameBatch(tx: Orm): Promise<string[] | null> {
  const splits = await currentSplits(tx);
  await whileStoring(tx);
  const next = await tx.select().from(toName).orderBy(asc(toName.trackId)).limit(TRACKS_AT_ONCE);
  if (next.length === 0) return null;
  const ids = next.map(({ trackId }) => trackId);
  // Imports and edits of these wait until this ends, and this for those that run: in one order everywhere.
  await tx
    .select({ id: tracks.id })
    .from(tracks)
    .where(inArray(tracks.id, ids))
    .orderBy(asc(tracks.id))
    .for('no key update');
  // What another process named meanwhile is gone from the queue.
  const due = await tx.delete(toName).where(inArray(toName.trackId, ids)).returning();
  if (due.length === 0) return [];
  const wanted = due.map(({ trackId }) => trackId);
  const rows = await tx
    .select({ track: tracks, tags: trackTags.tags, path: trackTags.path, edits: trackTags.edits })
    .from(tracks)
    .innerJoin(trackTags, eq(trackTags.trackId, tracks.id))
    .where(inArray(tracks.id, wanted));
  const always = new Set(due.filter((row) => row.always).map(({ trackId }) => trackId));
  const isNamed = await namesKnown(tx, wanted);
  const named = rows.map(({ track, tags, path, edits }) => ({
    track,
    mediaKey: track.mediaKey,
    coverId: track.coverId,
    names: nameFile(withEdits(tags, edits), path, track.folderKey, splits),
  }));
  const files = named.filter(({ track, names }) => always.has(track.id) || !isNamed(track, names));
  if (files.length === 0) return [];
  const artistIds = await storeArtists(
    tx,
    files.flatMap(({ names }) => names.credits),
  );
  const albumIds = await storeAlbums(tx, files, artistIds);
  for (const { track, names } of files) {
    await tx
      .update(tracks)
      .set(namesOfTrack(names, artistIds, albumIds.get(track.mediaKey) ?? track.albumId))
      .where(eq(tracks.id, track.id));
  }
  const read = files.map(({ track, names }) => ({ trackId: track.id, ...names }));
  await storeCredits(tx, read, artistIds);
  await storeGenres(tx, read);
  await settleSortNames(
    tx,
    splits,
    artistIds,
    files.flatMap(({ names }) => names.credits),
  );
  return files.map(({ track }) => track.id);
}

/** @returns tells whether the catalogue has a track's names already */
async function namesKnown(
  tx: Orm,
  trackIds: readonly string[],
): Promise<(track: typeof tracks.$inferSelect, names: Names) => boolean> {
  const ids = [...trackIds];
  const credits = await tx
    .select()
    .from(trackArtists)
    .where(inArray(trackArtists.trackId, ids))
    .orderBy(asc(trackArtists.position));
  const ofGenre = await tx
    .select({ trackId: trackGenres.trackId, key: genres.key })
    .from(trackGenres)
    .innerJoin(genres, eq(genres.id, trackGenres.genreId))
    .where(inArray(trackGenres.trackId, ids))
    .orderBy(asc(trackGenres.position));
  const creditsOf = byTrack(credits);
  const genresOf = byTrack(ofGenre);
  return (track, names) => {
    const { album, credits: wanted, genres: wantedGenres, albumArtistGuessed: _, artist: _artist, ...plain } = names;
    return (
      Object.entries(plain).every(([key, value]) => track[key as keyof typeof plain] === value) &&
      sorted(track.albumTags ?? {}) === sorted(album) &&
      creditsText(creditsOf.get(track.id) ?? []) === creditsText(wanted) &&
      [...new Set(wantedGenres.map(genreKey))].join('\n') ===
        (genresOf.get(track.id) ?? []).map(({ key }) => key).join('\n')
    );
  };
}

function byTrack<R extends { trackId: string }>(rows: readonly R[]): Map<string, R[]> {
  const found = new Map<string, R[]>();
  for (const row of rows) found.set(row.trackId, [...(found.get(row.trackId) ?? []), row]);
  return found;
}

const sorted = (value: object) => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const creditsText = (credits: readonly Pick<Credit, 'role' | 'name' | 'detail'>[]) =>
  JSON.stringify(
    credits
      .map(({ role, name, detail }) => [role, name, detail])
      .toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)),
  );

/** Has tracks named anew, by whoever is first. */
export async function enqueue(tx: Orm, trackIds: readonly string[]): Promise<void> {
  if (trackIds.length === 0) return;
  await tx
    .insert(toName)
    .values(trackIds.map((trackId) => ({ trackId, always: true })))
    .onConflictDoUpdate({ target: toName.trackId, set: { always: true } });
}

/** Has all tracks whose tags are stored named anew, where that changes something. */
export async function enqueueAll(tx: Orm): Promise<void> {
  await tx.execute(
    sql`insert into ${toName} (track_id, always) select track_id, false from ${trackTags} on conflict do nothing`,
  );
}
