import { and, asc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import { newId } from '@/lib/contracts/ids';
import { inTransaction, type Orm } from '@/lib/database/database';
import { foldName } from '../identity';
import { whileSorting } from '../names-lock';
import { type AlbumTags, albumArtists, albums, trackArtists, tracks } from '../schema';
import { normalise } from '../text';
import { type AlbumGroup, type Claim, clusterAlbums } from './clusters';
import { type AlbumFacts, albumFacts, type TaggedTracks } from './facts';

/** Albums of one transaction, in which PGlite does nothing else. */
const BATCH = 100;

/** What was worked out anew. */
export interface Settled {
  albumIds: string[];
  /** Any track is of another album than before: albums may be left without tracks. */
  moved: boolean;
}

type AlbumRow = typeof albums.$inferSelect;

/** Tracks of one group and album, with all that decides where they belong. */
interface Row extends TaggedTracks {
  group: string;
  albumId: string;
  folder: string;
  discNo: number | null;
}

/**
 * Works out which tracks make an album, and what it is called, for all albums that got, lost or changed tracks. What an import that was
 * stopped left is done by the next one.
 */
export async function settleAlbums(orm: Orm): Promise<Settled> {
  const settled: Settled = { albumIds: [], moved: false };
  for (;;) {
    const done = await inTransaction(orm, settleSome);
    if (done === null) return settled;
    settled.albumIds.push(...done.albumIds);
    settled.moved ||= done.moved;
  }
}

/** @returns null: there is nothing left to do */
async function settleSome(tx: Orm): Promise<Settled | null> {
  await whileSorting(tx);
  const due = await tx
    .update(albums)
    .set({ unsettled: false })
    .where(
      inArray(
        albums.id,
        tx
          .select({ id: albums.id })
          .from(albums)
          .where(eq(albums.unsettled, true))
          .orderBy(asc(albums.id))
          .limit(BATCH),
      ),
    )
    .returning({ id: albums.id, titleKey: albums.titleKey, releaseMbid: albums.releaseMbid });
  if (due.length === 0) return null;
  const known = await albumsAround(tx, due);
  const byGroup = new Map<string, Row[]>();
  for (const row of await tracksOf(tx, [...known.keys()])) {
    const key = `${row.group}\n${row.folder}`;
    byGroup.set(key, [...(byGroup.get(key) ?? []), row]);
  }
  const groups = [...byGroup].map(([group, rows]) => groupOf(group, rows, known));
  const made = clusterAlbums(groups).map((cluster) => {
    const rows = cluster.groups.flatMap(({ group }) => byGroup.get(group) ?? []);
    const isNew = cluster.albumId === null;
    return { id: cluster.albumId ?? newId(), isNew, rows, facts: albumFacts(rows) };
  });
  await storeFacts(tx, made, known);
  const moves = made.flatMap(({ id, rows }) =>
    rows
      .filter((row) => row.albumId !== id)
      .map(({ group, folder, albumId }) => ({ group, folder, from: albumId, to: id })),
  );
  await moveTracks(tx, moves);
  const albumIds = made.map(({ id }) => id);
  await coverAlbums(tx, albumIds);
  return { albumIds, moved: moves.length > 0 };
}

/** Albums that these may have tracks in common with: those of the titles and releases that they have, or had. */
async function albumsAround(
  tx: Orm,
  due: readonly Pick<AlbumRow, 'id' | 'titleKey' | 'releaseMbid'>[],
): Promise<Map<string, AlbumRow>> {
  const ids = due.map(({ id }) => id);
  const tagged = await tx
    .selectDistinct({ titleKey: tracks.albumKey, releaseMbid: sql<string | null>`${tracks.albumTags}->>'releaseMbid'` })
    .from(tracks)
    .where(inArray(tracks.albumId, ids));
  const all = [...due, ...tagged];
  const titles = [...new Set(all.map(({ titleKey }) => titleKey))];
  const releases = [...new Set(all.flatMap(({ releaseMbid }) => releaseMbid ?? []))];
  const found = await tx
    .select()
    .from(albums)
    .where(or(inArray(albums.id, ids), inArray(albums.titleKey, titles), inArray(albums.releaseMbid, releases)));
  return new Map(found.map((album) => [album.id, album]));
}

/** Tracks that were read before groups were kept stay where they are. */
async function tracksOf(tx: Orm, albumIds: string[]): Promise<Row[]> {
  const rows = await tx
    .select({
      group: tracks.albumGroup,
      albumId: tracks.albumId,
      folder: sql<string>`coalesce(${tracks.albumTags}->>'folder', ${tracks.folderKey})`.as('album_folder'),
      tags: tracks.albumTags,
      year: tracks.year,
      discNo: tracks.discNo,
      missing: tracks.missing,
      count: sql<number>`count(*)::int`,
      trackId: sql<string>`min(${tracks.id})`,
    })
    .from(tracks)
    .where(and(inArray(tracks.albumId, albumIds), isNotNull(tracks.albumGroup), isNotNull(tracks.albumTags)))
    .groupBy(
      tracks.albumGroup,
      tracks.albumId,
      sql`album_folder`,
      tracks.albumTags,
      tracks.year,
      tracks.discNo,
      tracks.missing,
    );
  return rows.flatMap(({ group, tags, ...row }) => (group === null || tags === null ? [] : [{ ...row, group, tags }]));
}

function groupOf(group: string, rows: readonly Row[], known: ReadonlyMap<string, AlbumRow>): AlbumGroup {
  const tags: AlbumTags | undefined = rows[0]?.tags;
  const years = new Map<number, number>();
  const claims = new Map<string, Claim>();
  for (const { year, count, missing, albumId } of rows) {
    if (year !== null) years.set(year, (years.get(year) ?? 0) + count);
    const claim = claims.get(albumId) ?? { present: 0, missing: 0, addedAt: known.get(albumId)?.addedAt ?? 0 };
    claim[missing ? 'missing' : 'present'] += count;
    claims.set(albumId, claim);
  }
  return {
    group,
    title: foldName(tags?.title ?? ''),
    artists: (tags?.artists ?? []).map(foldName),
    folder: rows[0]?.folder ?? '',
    mbid: tags?.releaseMbid ?? null,
    years,
    discs: [...new Set(rows.map(({ discNo }) => discNo))],
    albums: claims,
  };
}

interface Made {
  id: string;
  isNew: boolean;
  rows: readonly Row[];
  facts: AlbumFacts;
}

/** Makes albums what their tracks say they are. */
async function storeFacts(tx: Orm, made: readonly Made[], known: ReadonlyMap<string, AlbumRow>): Promise<void> {
  const named = await artistsOfTracks(
    tx,
    'albumArtist',
    made.flatMap(({ facts }) => facts.artistsOf ?? []),
  );
  // Those that no tag names, until the one that all tracks agree on is found (tidy.ts).
  const unnamed = made.filter(({ isNew, facts }) => isNew && !named.has(facts.artistsOf ?? ''));
  const guessed = await artistsOfTracks(
    tx,
    'artist',
    unnamed.flatMap(({ rows }) => rows[0]?.trackId ?? []),
  );
  const added: (typeof albums.$inferInsert)[] = [];
  const credits = new Map<string, string[]>();
  for (const { id, isNew, rows, facts } of made) {
    const { artistsOf, ...fields } = facts;
    const first = guessed.get(rows[0]?.trackId ?? '')?.slice(0, 1);
    const artists = named.get(artistsOf ?? '') ?? first ?? [];
    if (artists.length > 0) credits.set(id, artists);
    const keys = { titleKey: normalise(fields.title), sortKey: normalise(fields.sortTitle ?? fields.title) };
    const [artistId = known.get(id)?.artistId] = artists;
    if (artistId === undefined) throw new Error('the tracks of an album have no artist');
    const row = { ...fields, ...keys, artistId, artistGuessed: artistsOf === null };
    if (isNew) added.push({ id, addedAt: Date.now(), ...row });
    else if (!isLike(known.get(id), row)) await tx.update(albums).set(row).where(eq(albums.id, id));
  }
  if (added.length > 0) await tx.insert(albums).values(added);
  await creditAlbums(tx, credits);
}

function isLike(known: AlbumRow | undefined, row: Partial<AlbumRow>): boolean {
  return (Object.keys(row) as (keyof AlbumRow)[]).every(
    (field) => JSON.stringify(row[field]) === JSON.stringify(known?.[field]),
  );
}

async function artistsOfTracks(
  tx: Orm,
  role: 'artist' | 'albumArtist',
  trackIds: string[],
): Promise<Map<string, string[]>> {
  if (trackIds.length === 0) return new Map();
  const { trackId, artistId } = trackArtists;
  const rows = await tx
    .select({ of: trackId, id: artistId })
    .from(trackArtists)
    .where(and(inArray(trackId, trackIds), eq(trackArtists.role, role)))
    .orderBy(asc(trackArtists.position));
  return idsByOwner(rows);
}

/** Gives albums their artists, where they have others. */
async function creditAlbums(tx: Orm, credits: ReadonlyMap<string, string[]>): Promise<void> {
  const { albumId, artistId } = albumArtists;
  const rows = await tx
    .select({ of: albumId, id: artistId })
    .from(albumArtists)
    .where(inArray(albumId, [...credits.keys()]))
    .orderBy(asc(albumArtists.position));
  const known = idsByOwner(rows);
  const changed = [...credits].filter(([id, artists]) => known.get(id)?.join() !== artists.join());
  if (changed.length === 0) return;
  await tx.delete(albumArtists).where(
    inArray(
      albumId,
      changed.map(([id]) => id),
    ),
  );
  await tx
    .insert(albumArtists)
    .values(
      changed.flatMap(([id, artists]) => artists.map((one, position) => ({ albumId: id, position, artistId: one }))),
    );
}

function idsByOwner(rows: readonly { of: string; id: string }[]): Map<string, string[]> {
  const byOwner = new Map<string, string[]>();
  for (const { of, id } of rows) byOwner.set(of, [...new Set([...(byOwner.get(of) ?? []), id])]);
  return byOwner;
}

async function moveTracks(
  tx: Orm,
  moves: readonly { group: string; folder: string; from: string; to: string }[],
): Promise<void> {
  if (moves.length === 0) return;
  await tx.execute(sql`
    update ${tracks} as t set album_id = given."to"
    from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as given("group" text, folder text, "from" text, "to" text)
    where t.album_group = given."group" and t.album_id = given."from"
      and coalesce(t.album_tags->>'folder', t.folder) = given.folder`);
  const touched = moves.flatMap(({ from, to }) => [from, to]);
  await tx
    .update(albums)
    .set({ gainsDue: true })
    .where(inArray(albums.id, [...new Set(touched)]));
}

/** An album has the cover of one of its tracks: its own, as long as any has it, else that of the first. */
async function coverAlbums(tx: Orm, albumIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update ${albums} as a set cover_id = (
      select t.cover_id from ${tracks} t where t.album_id = a.id and t.cover_id is not null
      order by t.missing, t.disc_no, t.track_no, t.path limit 1)
    where a.id = any(${sql.param([...albumIds])}) and not exists (
      select 1 from ${tracks} t where t.album_id = a.id and t.cover_id = a.cover_id)`);
}
