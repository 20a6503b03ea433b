import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { Database } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import { albumPage, artistPage } from '@/services/catalog/browse';
import { folders } from '@/services/catalog/import-schema';
import { browseArtists } from '@/services/catalog/lists';
import { openTestPglite, sharedPostgres } from '../support/shared';

const MIGRATIONS = 'services/catalog/migrations';
/** The last migration of the release before. */
const BEFORE = 5;
const PAGE = { offset: 0, limit: 10 };
const ID = {
  elis: 'e'.repeat(22),
  tom: 't'.repeat(22),
  album: 'b'.repeat(22),
  one: '1'.repeat(22),
  two: '2'.repeat(22),
};

/** The migrations as the release before had them. */
async function oldMigrations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
  const path = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { idx: number }[] };
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.filter(({ idx }) => idx <= BEFORE) }));
  return folder;
}

describe.each(['pglite', 'postgres'] as const)('a catalogue of the release before, on %s', (kind) => {
  let database: Database;

  beforeAll(async () => {
    database =
      kind === 'pglite'
        ? await openTestPglite()
        : await openPostgres(await sharedPostgres(), pino({ level: 'silent' }));
    const old = await oldMigrations();
    await database.migrate('catalog', old);
    await rm(old, { recursive: true });
    const track = (id: string, title: string, artist: string) => sql`insert into catalog.tracks
      (id, path, folder, title, artist_id, album_id, track_no, duration_s, mime, size, mtime_ms, added_at, search, title_key, artist_key, album_key)
      values (${id}, ${`/music/${title}.mp3`}, '/music', ${title}, ${artist}, ${ID.album}, 1, 60, 'audio/mpeg', 1000, 0, 0, ${` ${title}`},
        ${title.toLowerCase()}, 'x', 'elis & tom')`;
    await database.orm.execute(sql`insert into catalog.artists (id, name, key) values
      (${ID.elis}, 'Elis Regina', 'elis regina'), (${ID.tom}, 'Tom Jobim', 'tom jobim')`);
    await database.orm.execute(sql`insert into catalog.albums (id, title, title_key, artist_id, year, key, artist_guessed)
      values (${ID.album}, 'Elis & Tom', 'elis tom', ${ID.elis}, 1974, 'some digest', false)`);
    await database.orm.execute(track(ID.one, 'Corcovado', ID.elis));
    await database.orm.execute(track(ID.two, 'Inútil Paisagem', ID.tom));
    const imported = (folder: string, state: string) => sql`insert into catalog.imports
      (id, folder, state, started_at, finished_at, beat_at) values (${newId()}, ${folder}, ${state}, 1, 2, 2)`;
    for (const folder of ['/music', '/music', '/music/Elis', '/musical']) {
      await database.orm.execute(imported(folder, 'done'));
    }
    await database.orm.execute(imported('/failed', 'failed'));
    await database.migrate('catalog', MIGRATIONS);
  });
  afterAll(() => database.close());

  it('keeps up to date the folders that were imported, each with those in it', async () => {
    const rows = await database.orm.select().from(folders).orderBy(folders.key);
    expect(rows).toMatchObject([
      { key: '/music', lookedAt: 2, id: expect.stringMatching(/^[\w-]{22}$/) },
      { key: '/musical', lookedAt: 2 },
    ]);
  });

  it('has the same artists, albums and tracks as soon as it is updated', async () => {
    const { album, tracks } = await albumPage(database.orm, { id: ID.album, ...PAGE });
    expect(album).toMatchObject({
      title: 'Elis & Tom',
      artist: 'Elis Regina',
      artistId: ID.elis,
      artists: [{ id: ID.elis, name: 'Elis Regina', role: 'albumArtist' }],
      year: 1974,
      trackCount: 2,
      compilation: false,
      genres: [],
    });
    expect(tracks.map(({ id, year, artists }) => ({ id, year, artists }))).toMatchObject([
      { id: ID.one, year: 1974, artists: [{ id: ID.elis, name: 'Elis Regina', role: 'artist' }] },
      { id: ID.two, year: 1974, artists: [{ id: ID.tom, name: 'Tom Jobim', role: 'artist' }] },
    ]);
    const { artists: listed } = await browseArtists(database.orm, {
      ...PAGE,
      q: '',
      sort: 'name',
      order: 'asc',
      seed: 0,
    });
    expect(listed.map(({ name, albumCount, trackCount }) => [name, albumCount, trackCount])).toEqual([
      ['Elis Regina', 1, 1],
      ['Tom Jobim', 0, 1],
    ]);
  });

  it('shows on what albums an artist is heard, and as what', async () => {
    expect((await artistPage(database.orm, { id: ID.elis, ...PAGE })).albums).toMatchObject([
      { id: ID.album, roles: ['albumArtist', 'artist'] },
    ]);
    expect(await artistPage(database.orm, { id: ID.tom, ...PAGE })).toMatchObject({
      albums: [{ id: ID.album, roles: ['artist'] }],
      tracks: [{ id: ID.two, artists: [{ id: ID.tom }] }],
    });
  });
});
