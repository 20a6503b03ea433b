/** Lists of the library on a catalogue without files: nothing is cut, every order has each row once, and a page far down is one of the same list. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillCatalogue } from '@/lab/services/catalogue';
import { ALBUM_SORTS, ARTIST_SORTS, MAX_LIST_PAGE, TRACK_SORTS } from '@/lib/contracts/choices';
import { newId } from '@/lib/contracts/ids';
import type { Database } from '@/lib/database/database';
import { openMediaStore } from '@/lib/media-store/open';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { folders as folderRows } from '@/services/catalog/import-schema';

import { albumArtists, albums, covers, genres, trackGenres, tracks } from '@/services/catalog/schema';
import { type Catalog, startCatalog } from '@/services/catalog/service';

import { openTestPglite } from '@/tests/support/shared';

const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
const TRACKS = 1_500;
const LONG = 620;

let database: Database;
let bus: Bus;
let catalog: Catalog;
/** An album of 620 tracks, and its artist. */
let long: { id: string; artistId: string };

beforeAll(async () => {
  database = await openTestPglite();
  bus = await openBus({ config: { amqpUrl: null }, database, log });
  catalog = await startCatalog({
    bus,
    database,
    media: openMediaStore({ kind: 'folder' }),
    config: { musicDir: null, maxStreams: 2, originUrl: '' },
    secrets: deriveSecrets('a secret of thirty-two characters at least'),
    log,
  });
  const { orm } = database;
  await fillCatalogue(orm, TRACKS);
  const [first] = await orm
    .select({ id: albums.id, artistId: albums.artistId })
    .from(albums)
    .orderBy(albums.id)
    .limit(1);
  if (first === undefined) throw new Error('no album');
  long = first;
  const some = await orm.select({ id: tracks.id }).from(tracks).orderBy(tracks.mediaKey).limit(LONG);
  const ids = some.map(({ id }) => id);
  await orm.update(tracks).set({ albumId: long.id }).where(inArray(tracks.id, ids));
  const rest = sql`album_id = ${long.id} and not id = any(${sql.param(ids)})`;
  await orm.update(tracks).set({ missing: true }).where(rest);
});
afterAll(async () => {
  await catalog?.close();
  await bus?.close();
  await database?.close();
});

/** All rows of a list, in pages of `limit`. */
async function all<T extends { id: string }>(
  limit: number,
  page: (page: { offset: number; limit: number }) => Promise<{ rows: T[]; total: number }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let offset = 0, total = 1; offset < total; offset += limit) {
    const { rows, total: now } = await page({ offset, limit });
    total = now;
    found.push(...rows);
  }
  return found;
}

const isSorted = (values: readonly (number | string)[]) =>
  values.every((value, n) => n === 0 || (values[n - 1] ?? value) <= value);

it('an album of 620 tracks has all of them, in two parts', async () => {
  const one = await bus.request('catalog.album', { id: long.id });
  expect([one.tracks.length, one.album.trackCount]).toEqual([MAX_LIST_PAGE, LONG]);
  const two = await bus.request('catalog.album', { id: long.id, offset: one.tracks.length });
  const ids = [...one.tracks, ...two.tracks].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(one.total);
  expect(one.total).toBeGreaterThanOrEqual(LONG);
});

it('an artist has all albums and tracks', async () => {
  const { orm } = database;
  await orm.update(albumArtists).set({ artistId: long.artistId });
  const found: string[] = [];
  for (let offset = 0, total = 1; offset < total; offset += 100) {
    const page = await bus.request('catalog.artist', { id: long.artistId, offset, limit: 100 });
    total = page.albumTotal;
    found.push(...page.albums.map(({ id }) => id));
  }
  const [shown] = await orm
    .select({ count: sql<number>`count(distinct ${tracks.albumId})::int` })
    .from(tracks)
    .where(eq(tracks.missing, false));
  expect(new Set(found).size).toBe(shown?.count);
  expect(found.length).toBe(shown?.count);
});

it.each(TRACK_SORTS)('each track is once in the list by %s, both ways', async (sort) => {
  const list = (order: 'asc' | 'desc') =>
    all(400, async (page) => {
      const { tracks: rows, total } = await bus.request('catalog.trackList', { sort, order, seed: 7, ...page });
      return { rows, total };
    });
  const [up, down] = [await list('asc'), await list('desc')];
  const shown = await database.orm.$count(tracks, eq(tracks.missing, false));
  for (const rows of [up, down]) expect(new Set(rows.map(({ id }) => id)).size).toBe(shown);
  if (sort === 'name')
    expect(isSorted(up.map(({ title }) => title.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')))).toBe(true);
  if (sort === 'name' || sort === 'added') expect(down.map(({ id }) => id)).toEqual(up.map(({ id }) => id).reverse());
});

it.each(ALBUM_SORTS)('each album is once in the list by %s', async (sort) => {
  const rows = await all(50, async (page) => {
    const { albums: rows, total } = await bus.request('catalog.albums', { sort, ...page });
    return { rows, total };
  });
  const { total } = await bus.request('catalog.albums', { limit: 1 });
  expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
  if (sort === 'year') expect(isSorted(rows.map(({ year }) => -(year ?? 0)))).toBe(true);
});

it.each(ARTIST_SORTS)('each artist is once in the list by %s', async (sort) => {
  const rows = await all(7, async (page) => {
    const { artists: rows, total } = await bus.request('catalog.artists', { sort, ...page });
    return { rows, total };
  });
  const { total } = await bus.request('catalog.artists', { limit: 1 });
  expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
  if (sort === 'tracks') expect(isSorted(rows.map(({ trackCount }) => -trackCount))).toBe(true);
});

it('the same seed has the same order, another one another', async () => {
  const order = async (seed: number) =>
    (await bus.request('catalog.trackList', { sort: 'random', seed, limit: 50 })).tracks.map(({ id }) => id);
  const once = await order(1);
  expect(await order(1)).toEqual(once);
  expect(await order(2)).not.toEqual(once);
});

it('lists are narrowed by words and years', async () => {
  const [track] = (await bus.request('catalog.trackList', { limit: 1, sort: 'random' })).tracks;
  if (track === undefined) throw new Error('no track');
  const named = await bus.request('catalog.trackList', { q: `${track.title} ${track.artist}` });
  expect(named.tracks.map(({ id }) => id)).toContain(track.id);
  expect(named.total).toBeLessThan(TRACKS);
  await database.orm
    .update(tracks)
    .set({ year: sql`(select year from ${albums} where ${albums.id} = ${tracks.albumId})` });
  const nineties = await bus.request('catalog.albums', { fromYear: 1990, toYear: 1999, limit: 500 });
  expect(nineties.total).toBe(nineties.albums.length);
  expect(nineties.albums.every(({ year }) => year !== null && year >= 1990 && year <= 1999)).toBe(true);
  const ofThem = await bus.request('catalog.trackList', { fromYear: 1990, toYear: 1999, limit: 1 });
  expect(ofThem.total).toBe(nineties.albums.reduce((sum, { trackCount }) => sum + trackCount, 0));
});

it('a withdrawn track is in no list', async () => {
  const [track] = (await bus.request('catalog.trackList', { limit: 1 })).tracks;
  if (track === undefined) throw new Error('no track');
  await database.orm.update(tracks).set({ withdrawn: true }).where(eq(tracks.id, track.id));
  const { tracks: now } = await bus.request('catalog.trackList', { limit: 10 });
  expect(now.map(({ id }) => id)).not.toContain(track.id);
});

it('shelves have albums that were begun, new ones, some by chance and those of the same year', async () => {
  const { orm } = database;
  const found = await bus.request('catalog.albums', { limit: 60 });
  const one = found.albums.find((album) => album.id !== long.id && album.trackCount > 2 && album.year !== null);
  if (one === undefined) throw new Error('no album');
  const of = (await bus.request('catalog.album', { id: one.id })).tracks.filter(
    ({ missing, withdrawn }) => !missing && !withdrawn,
  );
  const [first, second, third] = of.map(({ id }) => id) as [string, string, string];
  const heard = [second, first];
  const shelves = await bus.request('catalog.shelves', { heard, tracks: heard, limit: 5, seed: 3 });
  expect(shelves.begun).toMatchObject([{ album: { id: one.id }, trackId: third, position: 3 }]);
  expect(shelves.tracks.map(({ id }) => id)).toEqual(heard);
  expect(shelves.random).toHaveLength(5);
  expect(shelves.sameYear?.year).toBe(one.year);
  expect(shelves.sameYear?.albums.every(({ id, year }) => year === one.year && id !== one.id)).toBe(true);
  const again = await bus.request('catalog.shelves', { heard, tracks: [], limit: 5, seed: 3 });
  expect(again.random).toEqual(shelves.random);
  const other = await bus.request('catalog.shelves', { heard: [], tracks: [], limit: 5, seed: 4 });
  expect(other.random).not.toEqual(shelves.random);
  expect(other).toMatchObject({ begun: [], sameYear: null, tracks: [] });
  const newest = await bus.request('catalog.trackList', { sort: 'added', limit: 1 });
  expect(shelves.added[0]?.id).toBe(newest.tracks[0]?.albumId);
  await orm.update(tracks).set({ missing: true }).where(eq(tracks.id, second));
  const without = await bus.request('catalog.shelves', { heard, tracks: heard, limit: 5, seed: 3 });
  expect(without.tracks.map(({ id }) => id)).toEqual([first]);
});

it('genres have what is of them, are narrowed and sorted, and narrow other lists', async () => {
  const { orm } = database;
  const some = await orm.select({ id: tracks.id }).from(tracks).where(eq(tracks.missing, false)).orderBy(tracks.id);
  const [samba, rock, gone] = ['Samba', 'Rock Progressivo', 'Nothing'].map((name) => ({
    id: newId(),
    name,
    key: name.toLowerCase(),
  })) as [typeof genres.$inferInsert, typeof genres.$inferInsert, typeof genres.$inferInsert];
  await orm.insert(genres).values([samba, rock, gone]);
  const of = (genre: { id: string }, from: number, to: number, position: number) =>
    some.slice(from, to).map(({ id }) => ({ trackId: id, genreId: genre.id, position }));
  await orm.insert(trackGenres).values([...of(samba, 0, 40, 7), ...of(rock, 30, 40, 8)]);
  const { genres: all, total } = await bus.request('catalog.genres', { q: '' });
  expect(all).toMatchObject([
    { name: 'Rock Progressivo', tracks: 10 },
    { name: 'Samba', tracks: 40 },
  ]);
  expect(total).toBe(2);
  const most = await bus.request('catalog.genres', { sort: 'tracks', limit: 1 });
  expect(most).toMatchObject({ genres: [{ id: samba.id, tracks: 40 }], total: 2 });
  expect((await bus.request('catalog.genres', { q: 'progr' })).genres).toMatchObject([{ id: rock.id }]);
  const { genre } = await bus.request('catalog.genre', { id: rock.id });
  const listed = await bus.request('catalog.trackList', { genre: rock.id });
  expect(listed.tracks.map(({ id }) => id).sort()).toEqual(some.slice(30, 40).map(({ id }) => id));
  const albumsOf = await bus.request('catalog.albums', { genre: rock.id });
  expect([albumsOf.total, genre.albums]).toEqual([genre.albums, new Set(listed.tracks.map((one) => one.albumId)).size]);
  const { artists: heard } = await bus.request('catalog.artists', { genre: rock.id });
  expect(heard.map(({ id }) => id).sort()).toEqual(
    [...new Set(listed.tracks.flatMap((one) => (one.artists ?? []).map(({ id }) => id)))].sort(),
  );
  await expect(bus.request('catalog.genre', { id: gone.id })).rejects.toMatchObject({ code: 'not_found' });
});

it('tracks of a playlist have one length together and a first cover, each as often as it is there', async () => {
  const [one, two, gone] = await database.orm
    .select({ id: tracks.id, albumId: tracks.albumId })
    .from(tracks)
    .where(and(eq(tracks.missing, false), sql`${tracks.albumId} <> ${long.id}`))
    .limit(3);
  if (one === undefined || two === undefined || gone === undefined) throw new Error('too few tracks');
  const [coverId, ofAlbum] = [newId(), newId()];
  const change = async (id: string, to: Partial<typeof tracks.$inferInsert>) =>
    database.orm.update(tracks).set(to).where(eq(tracks.id, id));
  await database.orm
    .insert(covers)
    .values([coverId, ofAlbum].map((id) => ({ id, small: Buffer.from('x'), source: 'x' })));
  await change(one.id, { durationS: 1.5, coverId: null });
  await database.orm.update(albums).set({ coverId: null }).where(eq(albums.id, one.albumId));
  await change(two.id, { durationS: 10, coverId });
  await change(gone.id, { durationS: 100, coverId: ofAlbum, missing: true });
  const ask = (...ids: string[]) => bus.request('catalog.durations', { ids });
  expect(await ask(gone.id, one.id, two.id, newId(), one.id)).toEqual({ durationS: 13, coverId });
  expect(await ask(one.id)).toEqual({ durationS: 1.5, coverId: null });
  await database.orm.update(albums).set({ coverId: ofAlbum }).where(eq(albums.id, one.albumId));
  expect(await ask(one.id, two.id)).toEqual({ durationS: 11.5, coverId: ofAlbum });
  expect(await ask()).toEqual({ durationS: 0, coverId: null });
  await change(gone.id, { missing: false });
});

it('years have their albums', async () => {
  const { years } = await bus.request('catalog.years', {});
  expect(isSorted(years.map(({ year }) => -year))).toBe(true);
  const { total } = await bus.request('catalog.albums', { limit: 1 });
  expect(years.reduce((sum, year) => sum + year.albums, 0)).toBe(total);
});

it('folders are as on the disk, and say nothing of where they lie', async () => {
  const { orm } = database;
  const shown = and(eq(tracks.missing, false), eq(tracks.withdrawn, false));
  const some = await orm.select({ id: tracks.id }).from(tracks).where(shown).orderBy(tracks.mediaKey).limit(4);
  const lies = async (n: number, folderKey: string) => {
    await orm
      .update(tracks)
      .set({ folderKey })
      .where(eq(tracks.id, some[n]?.id ?? ''));
  };
  await orm.insert(folderRows).values([
    { id: newId(), key: '/secret/Music' },
    { id: newId(), key: '/secret/Nothing' },
  ]);
  await lies(0, '/secret/Music');
  await lies(1, '/secret/Music/100%_ Rock/1994');
  await lies(2, '/secret/Music/100%_ Rock/1995');
  await lies(3, '/secret/Musicals');
  const { folders } = await bus.request('catalog.musicFolders', {});
  expect(folders).toEqual([{ root: expect.any(String), path: '', name: 'Music', trackCount: 3 }]);
  const root = folders[0]?.root ?? '';
  const top = await bus.request('catalog.musicFolder', { root });
  expect(top.folders).toEqual([{ root, path: '100%_ Rock', name: '100%_ Rock', trackCount: 2 }]);
  expect(top.tracks.map(({ id }) => id)).toEqual([some[0]?.id]);
  const rock = await bus.request('catalog.musicFolder', { root, path: '100%_ Rock' });
  expect(rock.folders.map(({ name }) => name)).toEqual(['1994', '1995']);
  expect(rock.total).toBe(0);
  expect(JSON.stringify([folders, top, rock])).not.toContain('secret');
  for (const path of ['..', '../Musicals', '.', '100%_ Rock/../100%_ Rock', '1994', '100%_ Rock/199_']) {
    await expect(bus.request('catalog.musicFolder', { root, path })).rejects.toMatchObject({ code: 'not_found' });
  }
  // Of characters that JavaScript counts twice.
  await orm.update(folderRows).set({ key: '/secret/𝄞' }).where(eq(folderRows.key, '/secret/Music'));
  await lies(0, '/secret/𝄞');
  await lies(1, '/secret/𝄞/Sub/One');
  const [clef] = (await bus.request('catalog.musicFolders', {})).folders;
  const below = await bus.request('catalog.musicFolder', { root: clef?.root ?? '' });
  expect(below.folders.map(({ name }) => name)).toEqual(['Sub']);

  const all = await bus.request('catalog.folder', {});
  expect(all).toMatchObject({ folder: null, folders: [{ name: 'Sub' }], songs: [{ id: some[0]?.id }] });
  expect((await bus.request('catalog.folder', { offset: 1 })).songs).toEqual([]);
  const sub = await bus.request('catalog.folder', { id: all.folders[0]?.id ?? '' });
  expect(sub).toMatchObject({ folder: { name: 'Sub', parentId: expect.any(String) }, folders: [{ name: 'One' }] });
  const parent = await bus.request('catalog.folder', { id: sub.folder?.parentId ?? '' });
  expect(parent.folder).toMatchObject({ name: '𝄞', parentId: null });
  expect((await bus.request('catalog.folder', { id: parent.songs[0]?.folderId ?? '' })).folder).toEqual(parent.folder);
  await expect(bus.request('catalog.folder', { id: newId() })).rejects.toMatchObject({ code: 'not_found' });
});
