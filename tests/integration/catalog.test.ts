import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTicketKey, verifyTicket } from '@/lib/assets/tickets';
import type { ImportStatus, Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Lyrics } from '@/lib/contracts/lyrics';
import { decodeManifest } from '@/lib/contracts/manifest';
import type { Message } from '@/lib/contracts/messages';
import { parseSearchQuery } from '@/lib/contracts/search-query';
import { type Database, inTransaction, queryRows } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import { openMediaStore } from '@/lib/media-store/open';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { Folders } from '@/services/catalog/folders/folders';
import { folders, imports } from '@/services/catalog/import-schema';
import { openImports } from '@/services/catalog/imports';
import { loudness } from '@/services/catalog/loudness/schema';
import { matchTracks } from '@/services/catalog/match';
import { albums, artists, lyrics, streams, tracks, versions } from '@/services/catalog/schema';
import { startSealing } from '@/services/catalog/sealing';
import { SearchIndex } from '@/services/catalog/search/search-index';
import { type Catalog, startCatalog } from '@/services/catalog/service';
import { trackTags } from '@/services/catalog/tag-edits/schema';
import { HANGS_MS } from '@/testing/wait';
import { makeGarbage, makeMusic, makePicture, makeTempFolder, meterOf } from '@/tests/support/music';
import { openTestPglite, sharedPostgres } from '@/tests/support/shared';

const secrets = deriveSecrets('a secret of thirty-two characters at least');
const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
const media = openMediaStore({ kind: 'folder' });
const config = { musicDir: null, maxStreams: 2, originUrl: '' };
const account = 'ana';

describe.each(['pglite', 'postgres'] as const)('catalog on %s', (kind) => {
  let database: Database;
  let bus: Bus;
  let catalog: Catalog;
  let music: Awaited<ReturnType<typeof makeTempFolder>>;
  const facts: Message[] = [];

  const at = (...names: string[]) => join(music.folder, ...names);
  const factsOf = (type: Message['type']) => facts.filter((fact) => fact.type === type).map((fact) => fact.data);
  const search = async (q: string, more: object = {}) => await bus.request('catalog.search', { q, ...more });
  const titles = (found: { tracks: Track[] }) => found.tracks.map((track) => track.title);
  const grant = (trackId: string, peerId = newId(), accountId = account) =>
    bus.request('catalog.grant', { trackId, peerId, accountId });

  async function trackCalled(title: string): Promise<Track> {
    const { tracks } = await search(title, { includeWithdrawn: true });
    const track = tracks.find((one) => one.title === title);
    if (track === undefined) throw new Error(`no track is called ${title}`);
    return track;
  }

  async function until<T>(what: () => Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + HANGS_MS;
    for (;;) {
      const value = await what();
      if (value !== undefined && value !== false) return value;
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function importFolder(folder = music.folder): Promise<ImportStatus> {
    const { id } = await bus.request('catalog.import', { folder });
    return await until(async () => {
      const { imports } = await bus.request('catalog.imports', {});
      return imports.find((one) => one.id === id && one.state !== 'running');
    });
  }

  /** A file that a test changes while it is being sealed is refused, and read again by the next import. */
  const sealed = (importId: string, count: number) =>
    until(async () => {
      const { imports } = await bus.request('catalog.imports', {});
      return imports.find((one) => one.id === importId && one.sealed === count);
    });

  async function startAll(): Promise<void> {
    bus = await openBus({ config: { amqpUrl: null }, database, log });
    await bus.subscribe({ queue: null, patterns: ['changed.#'] }, async (fact) => {
      facts.push(fact);
    });
    catalog = await startCatalog({ bus, database, media, config, secrets, log, measureAfterMs: 0 });
  }

  beforeAll(async () => {
    music = await makeTempFolder();
    const picture = await makePicture(at('.made', 'red.jpg'), { color: 'red', pixels: 1200 });
    await makePicture(at('Elis Regina', 'Águas', 'Folder.JPG'), { color: 'blue' });
    const tags = { artist: 'Elis Regina', album: 'Águas', album_artist: 'Elis Regina', date: '1972' };
    const of = (format: Parameters<typeof makeMusic>[1]['format'], title: string, track: number, hertz: number) =>
      makeMusic(at('Elis Regina', 'Águas'), {
        format,
        name: title,
        hertz,
        tags: { ...tags, title, track: `${track}/7` },
      });
    await of('mp3', 'Águas de Março', 1, 200);
    await of('flac16', 'Atrás da Porta', 2, 210);
    await of('flac24', 'Casa no Campo', 3, 220);
    await of('vorbis', 'Bala com Bala', 4, 230);
    await of('opus', 'Nada Será', 5, 240);
    await of('m4a', 'Mucuripe', 6, 250);
    await of('wav', 'Vida de Bailarina', 7, 260);
    const mix = (artist: string, title: string, hertz: number) =>
      makeMusic(at('Mix'), { format: 'mp3', name: title, hertz, picture, tags: { title, artist, album: 'Mix' } });
    await mix('Gal', 'Baby', 300);
    await mix('Caetano', '100% Tropical_', 310);
    const gains = {
      REPLAYGAIN_TRACK_GAIN: '-7.50 dB',
      replaygain_track_peak: '0.91',
      REPLAYGAIN_ALBUM_GAIN: '-6.25 dB',
    };
    await makeMusic(at('Jobim', 'Wave', 'CD1'), { format: 'mp3', name: '03 - Triste', hertz: 320, tags: gains });
    await makeGarbage(at('Broken', 'garbage.mp3'));
    await makeGarbage(at('Broken', 'garbage.FLAC'));
    await writeFile(at('Broken', 'empty.ogg'), '');
    execFileSync('mkfifo', [at('Jobim', 'Wave', 'CD1', 'cover.jpg'), at('Broken', 'pipe.mp3')]);
    await symlink('/dev/zero', at('Jobim', 'Wave', 'CD1', 'cover.png'));
    await truncate(await makeMusic(at('Broken'), { format: 'm4a', name: 'cut' }), 3000);
    await makeMusic(at('.hidden'), { format: 'wav', name: 'unseen' });
    await symlink(music.folder, at('Mix', 'loop'));
    await writeFile(at('Mix', 'notes.txt'), 'not music');
    database = kind === 'pglite' ? await openTestPglite() : await openPostgres(await sharedPostgres(), log);
    await startAll();
  });

  afterAll(async () => {
    await catalog.close();
    await bus.close();
    await database.close();
    await music.remove();
  });

  describe('import', () => {
    it('reads every format, names what is broken and goes on', async () => {
      const before = await stat(at('Mix', 'Baby.mp3'));
      const [one, two] = await Promise.all([
        bus.request('catalog.import', { folder: music.folder }),
        bus.request('catalog.import', { folder: `${music.folder}/` }),
      ]);
      expect(two.id).toBe(one.id);
      expect(one.state).toBe('running');
      const done = await importFolder();
      const status =
        done.id === one.id
          ? done
          : await until(async () => {
              const { imports } = await bus.request('catalog.imports', {});
              return imports.find((other) => other.id === one.id);
            });
      expect(status).toMatchObject({
        state: 'done',
        found: 14,
        read: 10,
        added: 10,
        changed: 0,
        failedCount: 5,
        error: null,
      });
      expect(status.failed.map(({ file }) => file).sort()).toEqual(
        ['cut.m4a', 'empty.ogg', 'garbage.FLAC', 'garbage.mp3', 'pipe.mp3'].map((name) => join('Broken', name)),
      );
      for (const { reason, code } of status.failed) {
        expect(reason).toMatch(/^This .+\.$/);
        expect(code).toEqual(expect.any(String));
      }
      expect((await stat(at('Mix', 'Baby.mp3'))).mtimeMs).toBe(before.mtimeMs);
    });

    it('is found by what other programs call it', async () => {
      const said = { title: '', artist: '', album: '', durationS: null, fileName: '' };
      const wanted = [
        { ...said, title: 'AGUAS DE MARCO', artist: 'Elis  Regina' },
        { ...said, title: 'Baby', artist: 'Elis Regina', durationS: 3 },
        { ...said, fileName: 'mucuripe.M4A' },
        { ...said, title: 'Untrue', artist: 'Nobody', durationS: 3, fileName: 'Baby.mp3' },
        { ...said, title: 'Untrue', artist: 'Nobody', durationS: 300, fileName: 'Baby.mp3' },
        { ...said, title: 'Wave', album: 'wave' },
        { ...said, title: 'Triste', album: 'wave' },
        { ...said, title: "%' or '1' = '1", artist: '\\', fileName: '%.mp3' },
        said,
      ];
      const { tracks } = await bus.request('catalog.match', { wanted });
      expect(tracks.map((track) => track?.title ?? null)).toEqual([
        ...['Águas de Março', null, 'Mucuripe', 'Baby', null, null, 'Triste', null, null],
      ]);
      expect((await bus.request('catalog.match', { wanted: [] })).tracks).toEqual([]);
    });

    it('is looked for among few, however many have the title or the file name that is asked for', async () => {
      const [row] = await database.orm.select().from(tracks).limit(1);
      if (row === undefined) throw new Error('there are no tracks');
      const undo = new Error('undone');
      const work = inTransaction(database.orm, async (tx) => {
        const made = {
          ...row,
          title: 'Intro',
          titleKey: 'intro',
          artistKey: 'everybody',
          durationS: 100,
          missing: false,
        };
        const many = Array.from({ length: 2_000 }, (_, n) => ({
          ...made,
          id: `many-${n}`,
          mediaKey: `/many/${n}/intro.mp3`,
        }));
        // A statement takes 65,535 values.
        for (let n = 0; n < many.length; n += 1_000) await tx.insert(tracks).values(many.slice(n, n + 1_000));
        const rowsRead = async () => {
          const [read] = await queryRows<{ rows: number }>(
            tx,
            sql`select seq_tup_read + idx_tup_fetch as rows from pg_stat_xact_user_tables where relid = 'catalog.tracks'::regclass`,
          );
          return Number(read?.rows);
        };
        const before = await rowsRead();
        const said = { title: 'Intro', artist: '', album: '', durationS: 1, fileName: '' };
        const wanted = Array.from({ length: 20 }, (_, n) => [
          { ...said, artist: `Nobody ${n}` },
          { ...said, artist: 'Everybody' },
          { ...said, durationS: n },
          { ...said, title: '', fileName: 'Intro.mp3' },
          { ...said, title: '', fileName: 'Intro.mp3', durationS: 100 },
        ]).flat();
        const found = await matchTracks(tx, wanted);
        // Of twenty of each, those by an artist that there is.
        expect(found.filter((track) => track !== null).map((track) => track.title)).toEqual(Array(20).fill('Intro'));
        expect((await rowsRead()) - before).toBeLessThan(wanted.length * 500);
        throw undo;
      });
      await expect(work).rejects.toBe(undo);
    });

    it('tells what it finds', async () => {
      const march = await trackCalled('Águas de Março');
      expect(march).toMatchObject({
        artist: 'Elis Regina',
        album: 'Águas',
        trackNo: 1,
        mime: 'audio/mpeg',
        missing: false,
      });
      const { album, tracks } = await bus.request('catalog.album', { id: march.albumId });
      expect(album).toMatchObject({ title: 'Águas', artist: 'Elis Regina', year: 1972, trackCount: 7 });
      expect(tracks.map((track) => track.trackNo)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(tracks.map((track) => track.mime)).toEqual([
        ...['audio/mpeg', 'audio/flac', 'audio/flac', 'audio/ogg', 'audio/ogg', 'audio/mp4', 'audio/wav'],
      ]);
      for (const track of tracks) expect(Math.abs(track.durationS - 3)).toBeLessThan(0.1);
      expect(await trackCalled('Triste')).toMatchObject({ artist: 'Jobim', album: 'Wave', trackNo: 3, discNo: 1 });
      const { artists, total } = await bus.request('catalog.artists', {});
      expect(total).toBe(5);
      expect(artists.map((artist) => artist.name)).toEqual([
        'Caetano',
        'Elis Regina',
        'Gal',
        'Jobim',
        'Various Artists',
      ]);
      expect((await bus.request('catalog.albums', {})).albums.map((one) => `${one.artist}: ${one.title}`)).toEqual([
        ...['Elis Regina: Águas', 'Jobim: Wave', 'Various Artists: Mix'],
      ]);
      expect(await bus.request('catalog.artist', { id: (await trackCalled('Baby')).artistId })).toMatchObject({
        artist: { name: 'Gal', trackCount: 1, albumCount: 0 },
        albums: [{ title: 'Mix', artist: 'Various Artists' }],
        tracks: [{ title: 'Baby' }],
      });
      expect(await bus.request('catalog.summary', {})).toMatchObject({
        tracks: 10,
        albums: 3,
        artists: 5,
        withdrawn: 0,
      });
    });

    it('keeps one cover for all who share it, beside the file or in it', async () => {
      const [march, baby, tropical] = [
        await trackCalled('Águas de Março'),
        await trackCalled('Baby'),
        await trackCalled('100% Tropical_'),
      ];
      expect(march.coverId).not.toBeNull();
      expect(baby.coverId).toBe(tropical.coverId);
      expect(baby.coverId).not.toBe(march.coverId);
      for (const [size, pixels] of [
        ['small', 320],
        ['large', 1024],
        ['large', 1024],
      ] as const) {
        const cover = await bus.request('catalog.cover', { id: baby.coverId ?? '', size }, { timeoutMs: 30_000 });
        expect(cover.mime).toBe('image/webp');
        expect(await sharp(Buffer.from(cover.base64, 'base64')).metadata()).toMatchObject({
          format: 'webp',
          width: pixels,
        });
      }
      await expect(bus.request('catalog.cover', { id: newId(), size: 'small' })).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('tells its progress as facts, and seals behind', async () => {
      const sealed = await until(async () => {
        const { imports } = await bus.request('catalog.imports', {});
        return imports.find((one) => one.toSeal === 10 && one.sealed === 10);
      });
      await until(async () =>
        factsOf('changed.import').some((data) => 'sealed' in data && data.id === sealed.id && data.sealed === 10),
      );
    });

    it('knows how loud each track and its album are: from the tags, or measured', async () => {
      expect((await trackCalled('Triste')).gain).toEqual({ trackDb: -7.5, trackPeak: 0.91, albumDb: -6.25 });
      const { albumId } = await trackCalled('Mucuripe');
      const album = await until(async () => {
        const { tracks } = await bus.request('catalog.album', { id: albumId });
        return tracks.every((track) => track.gain?.albumDb !== undefined) && tracks;
      });
      const path = async (id: string) =>
        (await database.orm.select({ path: tracks.mediaKey }).from(tracks).where(eq(tracks.id, id)))[0]?.path ?? '';
      const paths = await Promise.all(album.map((track) => path(track.id)));
      const together = await meterOf(...paths);
      for (const [i, { title, gain }] of album.entries()) {
        const { lufs, peakDb } = await meterOf(paths[i] ?? '');
        expect(Math.abs((gain?.trackDb ?? 0) - (-18 - lufs)), title).toBeLessThan(0.2);
        expect(Math.abs(20 * Math.log10(gain?.trackPeak ?? 0) - peakDb), title).toBeLessThan(0.2);
        expect(Math.abs((gain?.albumDb ?? 0) - (-18 - together.lufs)), title).toBeLessThan(0.2);
      }
      // The player knows before the sound.
      expect((await grant(album[0]?.id ?? '', newId(), 'gain')).track.gain).toEqual(album[0]?.gain);
      const measured = await database.orm.select().from(loudness);
      expect(measured.map((row) => row.attempts)).toEqual(measured.map(() => 1));
      expect(measured.map((row) => row.trackId)).not.toContain((await trackCalled('Triste')).id);
    });

    it('changes nothing the second time', async () => {
      const before = await grant((await trackCalled('Baby')).id);
      expect(await importFolder()).toMatchObject({
        state: 'done',
        read: 10,
        added: 0,
        changed: 0,
        unchanged: 10,
        missing: 0,
        toSeal: 0,
      });
      expect((await grant((await trackCalled('Baby')).id)).versionId).toBe(before.versionId);
      await bus.request('catalog.release', { peerId: newId(), accountId: account });
    });

    it('makes a new version of a changed file and tells it', async () => {
      const track = await trackCalled('Mucuripe');
      const old = await grant(track.id, newId(), 'changed');
      await makeMusic(at('Elis Regina', 'Águas'), {
        format: 'm4a',
        name: 'Mucuripe',
        hertz: 999,
        tags: { title: 'Mucuripe (ao vivo)', artist: 'Elis', album: 'Ao Vivo' },
      });
      expect(await importFolder()).toMatchObject({ added: 0, changed: 1, unchanged: 9 });
      const renamed = await trackCalled('Mucuripe (ao vivo)');
      expect(renamed.id).toBe(track.id);
      await until(async () =>
        factsOf('changed.version').some((data) => 'versionId' in data && data.versionId === old.versionId),
      );
      expect(factsOf('changed.version')).toContainEqual({
        ...{ trackId: track.id, versionId: old.versionId, reason: 'file_changed' },
      });
      expect((await grant(track.id, newId(), 'changed')).versionId).not.toBe(old.versionId);
      await expect(bus.request('catalog.source', { versionId: old.versionId })).rejects.toMatchObject({
        code: 'version_retired',
      });
    });

    it('marks what is gone and finds it again', async () => {
      const [file, folder] = [await trackCalled('Baby'), await trackCalled('Triste')];
      await rename(at('Mix', 'Baby.mp3'), at('.made', 'Baby.mp3'));
      await rename(at('Jobim'), at('.made', 'Jobim'));
      expect(await importFolder()).toMatchObject({ missing: 2, unchanged: 8 });
      expect((await bus.request('catalog.tracks', { ids: [folder.id, newId(), file.id] })).tracks).toMatchObject([
        { title: 'Triste', missing: true },
        { title: 'Baby', missing: true },
      ]);
      expect(titles(await search('Baby'))).toEqual([]);
      await rename(at('.made', 'Baby.mp3'), at('Mix', 'Baby.mp3'));
      await rename(at('.made', 'Jobim'), at('Jobim'));
      expect(await importFolder()).toMatchObject({ missing: 0, unchanged: 10, added: 0 });
      expect(await trackCalled('Baby')).toMatchObject({ id: file.id, missing: false });
    });

    it('tells in the background only of what changed since the last look', async () => {
      const folder = await makeTempFolder();
      const path = (name: string) => join(folder.folder, name);
      await makeMusic(path('below'), { format: 'opus', name: 'below', hertz: 660 });
      const file = await makeMusic(folder.folder, { format: 'opus', name: 'beside', hertz: 670 });
      const told: unknown[] = [];
      const deps = {
        ...{ database, media, config, secrets, log, orm: database.orm, wakeOutbox: () => undefined },
        bus: { ...bus, publish: async (message: unknown) => void told.push(message) },
      };
      const looking = await openImports(deps, new Folders(deps), () => undefined);
      await importFolder(folder.folder);
      const toldOf = async () => {
        told.length = 0;
        await looking.look({ folder: folder.folder, parts: null, isAtRest: () => true });
        return told.length;
      };
      expect(await toldOf()).toBe(0);
      for (const from of [file, path('below')]) {
        await rename(from, path('.away'));
        expect([await toldOf(), await toldOf()]).toEqual([1, 0]);
        await rename(path('.away'), from);
        expect([await toldOf(), await toldOf()]).toEqual([1, 0]);
      }
      await looking.close();
      const [row] = await database.orm.select().from(folders).where(eq(folders.key, folder.folder));
      await bus.request('catalog.removeFolder', { id: row?.id ?? '' });
      await folder.remove();
    });

    it('says what is wrong with a folder', async () => {
      for (const [folder, words] of [
        ['relative/path', /full path/],
        [at('nowhere'), /does not exist/],
        [at('Mix', 'Baby.mp3'), /not a folder/],
      ] as const) {
        await expect(bus.request('catalog.import', { folder })).rejects.toMatchObject({
          code: 'invalid_request',
          message: expect.stringMatching(words),
        });
      }
    });
  });

  describe('search', () => {
    it.each([
      ['aguas de marco', ['Águas de Março']],
      ['MARÇO', ['Águas de Março']],
      ['elis casa', ['Casa no Campo']],
      ['campo regina', ['Casa no Campo']],
      ['ropic', ['100% Tropical_']],
      ['baby', ['Baby']],
      ['gal mix', ['Baby']],
      ['no such thing', []],
      ['artist:elis campo', ['Casa no Campo']],
      ['album:mix baby', ['Baby']],
      ['title:"casa no"', ['Casa no Campo']],
      ['year:1700..1800', []],
    ])('%s finds %j', async (q, expected) => expect(titles(await search(q))).toEqual(expected));

    it('puts titles that begin with it first, and pages', async () => {
      const all = await search('b');
      expect(titles(all).slice(0, 2)).toEqual(['Baby', 'Bala com Bala']);
      expect(all.total).toBe(all.tracks.length);
      expect(titles(await search('b', { offset: 1, limit: 1 }))).toEqual(['Bala com Bala']);
      expect((await search('b', { offset: 100 })).total).toBe(all.total);
    });

    it('finds albums and artists by their names', async () => {
      const found = await search('elis');
      expect(found.artists.map((artist) => artist.name)).toContain('Elis Regina');
      expect(found.albums.map((album) => album.title)).toContain('Águas');
    });

    it('forgives typing errors, and says what it took them for', async () => {
      const meant = await search('regnia caampo title:casa');
      expect(titles(meant)).toEqual(['Casa no Campo']);
      expect(meant.meant).toEqual({ q: 'regina campo title:casa', applied: true });
    });

    it('gives one kind page by page', async () => {
      const page = async (kind: string, offset: number) => await search('elis', { kind, offset, limit: 1 });
      const first = await page('artist', 0);
      expect(first).toMatchObject({ artists: [{ name: 'Elis' }], albums: [], tracks: [] });
      expect((await page('artist', first.artistTotal)).artists).toEqual([]);
      const albums = [await page('album', 0), await page('album', 1)].flatMap((one) => one.albums);
      expect(new Set(albums.map(({ id }) => id)).size).toBe(Math.min(2, first.albumTotal));
    });

    it('follows every change, whichever process makes it and however late it is committed', async () => {
      const other = new SearchIndex(database.orm, log);
      const named = async (text: string) => {
        const wanted = { query: parseSearchQuery(text), includeWithdrawn: false, loved: null, played: new Map() };
        const { tracks, albums, artists } = await other.current();
        return [tracks, albums, artists].map((index) => index.find({ ...wanted, offset: 0, limit: 9 }).total);
      };
      const { id, albumId, artistId } = await trackCalled('Baby');
      expect(await named('quokka')).toEqual([0, 0, 0]);
      const name = (quokka: boolean) =>
        inTransaction(database.orm, async (tx) => {
          await tx
            .update(tracks)
            .set({ title: quokka ? 'Quokka' : 'Baby' })
            .where(eq(tracks.id, id));
          if (kind === 'pglite' || !quokka) return;
          // Another transaction begins later and is over before.
          await database.orm.update(albums).set({ title: 'Numbat' }).where(eq(albums.id, albumId));
          expect((await named('numbat'))[1]).toBe(1);
        });
      const { title } = (await bus.request('catalog.album', { id: albumId })).album;
      await name(true);
      expect((await named('quokka'))[0]).toBe(1);
      expect(titles(await search('quokka'))).toContain('Quokka');
      await name(false);
      await database.orm.update(albums).set({ title }).where(eq(albums.id, albumId));
      expect([await named('quokka'), await named('numbat')].flat()).toEqual([0, 0, 0, 0, 0, 0]);
      const { name: artist } = (await bus.request('catalog.artist', { id: artistId })).artist;
      await database.orm.update(artists).set({ name: 'Wombat' }).where(eq(artists.id, artistId));
      const [ofTracks = 0, , ofArtists] = await named('wombat');
      expect([ofTracks > 0, ofArtists]).toEqual([true, 1]);
      await database.orm.update(artists).set({ name: artist }).where(eq(artists.id, artistId));
      expect(await named('wombat')).toEqual([0, 0, 0]);
      await other.close();
    });

    it('takes signs for what they are, and nothing for everything', async () => {
      expect((await search('%')).total).toBe(0);
      expect((await search('100% tropical_')).total).toBe(1);
      expect(await search('')).toMatchObject({ total: 10, albums: [], artists: [] });
      expect((await search('', { limit: 3 })).tracks).toHaveLength(3);
    });
  });

  describe('grant', () => {
    it('gives all that a tab needs', async () => {
      const track = await trackCalled('Casa no Campo');
      const peer = newId();
      const given = await grant(track.id, peer, 'listener');
      expect(given).toMatchObject({
        track: { id: track.id },
        mime: 'audio/flac',
        originUrl: `/origin/${given.versionId}`,
        plainUrl: `/api/stream/${track.id}?peer=${peer}`,
        manifest: { url: `/origin/${given.versionId}/manifest` },
      });
      const bytes = Buffer.from(given.manifest.inline ?? '', 'base64');
      expect(createHash('sha256').update(bytes).digest('base64url')).toBe(given.manifest.digest);
      const { manifest } = decodeManifest(bytes);
      expect(manifest).toMatchObject({ version: given.versionId, size: given.size, container: 'flac' });
      expect(Buffer.from(given.key, 'base64')).toHaveLength(32);
      const key = await importTicketKey(secrets.publicKey);
      expect(await verifyTicket(given.ticket, key, Date.now())).toMatchObject({ peer, version: given.versionId });
      const source = await bus.request('catalog.source', { versionId: given.versionId });
      expect(source).toMatchObject({ trackId: track.id, size: given.size, mime: 'audio/flac' });
      expect(source.size).toBe((await readFile(source.mediaKey)).length);
      expect(Buffer.from(source.manifest, 'base64')).toEqual(bytes);
      expect(await bus.request('catalog.plain', { trackId: track.id, peerId: peer, accountId: 'listener' })).toEqual({
        ...{
          mediaKey: source.mediaKey,
          size: given.size,
          mtimeMs: source.mtimeMs,
          mime: 'audio/flac',
          versionId: given.versionId,
        },
      });
    });

    it('refuses for one reason at a time', async () => {
      await expect(grant(newId())).rejects.toMatchObject({ code: 'not_found' });
      const track = await trackCalled('Bala com Bala');
      const peer = newId();
      const old = await grant(track.id, peer, 'rights');
      await bus.request('catalog.withdraw', { trackId: track.id, withdrawn: true });
      await bus.request('catalog.withdraw', { trackId: track.id, withdrawn: true });
      await expect(grant(track.id, peer, 'rights')).rejects.toMatchObject({ code: 'track_withdrawn' });
      expect(titles(await search('bala'))).toEqual([]);
      expect(titles(await search('bala', { includeWithdrawn: true }))).toEqual(['Bala com Bala']);
      expect(await bus.request('catalog.summary', {})).toMatchObject({ withdrawn: 1 });
      await until(async () =>
        factsOf('changed.version').some((data) => 'reason' in data && data.reason === 'withdrawn'),
      );
      expect(factsOf('changed.track')).toEqual([{ trackId: track.id, withdrawn: true }]);
      await bus.request('catalog.withdraw', { trackId: track.id, withdrawn: false });
      const restored = await grant(track.id, peer, 'rights');
      expect(restored.versionId).not.toBe(old.versionId);
      expect(restored.key).not.toBe(old.key);
    });

    it('counts the tabs of an account that play', async () => {
      const track = await trackCalled('Baby');
      const [one, two, three] = [newId(), newId(), newId()];
      await grant(track.id, one, 'many');
      await grant(track.id, two, 'many');
      await expect(grant(track.id, three, 'many')).rejects.toMatchObject({
        code: 'too_many_streams',
        retryAfterS: expect.any(Number),
      });
      await grant(track.id, one, 'many');
      await grant(track.id, three, 'other');
      await bus.request('catalog.release', { accountId: 'many', peerId: one });
      await grant(track.id, three, 'many');
    });

    it('does not count tabs of before the clock was set back by two hours', async () => {
      const track = await trackCalled('Baby');
      const account = 'set-back';
      for (let n = 0; n < config.maxStreams; n++) await grant(track.id, newId(), account);
      const ahead = { grantedAt: Date.now() + 2 * 3600_000 };
      await database.orm.update(streams).set(ahead).where(eq(streams.accountId, account));
      for (let n = 0; n < config.maxStreams; n++) await grant(track.id, newId(), account);
      await expect(grant(track.id, newId(), account)).rejects.toMatchObject({ code: 'too_many_streams' });
    });

    it('counts tabs that ask at the same moment, too', async () => {
      const track = await trackCalled('Baby');
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => grant(track.id, newId(), 'hurried')));
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(config.maxStreams);
    });

    // PGlite has one connection: there nobody can wait for another.
    if (kind === 'postgres') {
      it('ends a version while others work on its track, neither waiting for the other for ever', async () => {
        const track = await trackCalled('Bala com Bala');
        const { versionId } = await grant(track.id, newId(), 'turns');
        let retired: Promise<unknown> | undefined;
        await database.orm.transaction(async (tx) => {
          await tx.select({ id: tracks.id }).from(tracks).where(eq(tracks.id, track.id)).for('update');
          retired = bus.request('catalog.retire', { versionId, reason: 'file_changed' });
          await until(async () => {
            const waiting = await queryRows(
              database.orm,
              sql`select 1 from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
            );
            return waiting.length > 0;
          });
          await tx.update(versions).set({ sealError: null }).where(eq(versions.id, versionId));
        });
        await expect(retired).resolves.toEqual({});
        expect((await grant(track.id, newId(), 'turns')).versionId).not.toBe(versionId);
      });
    }

    it('sees a file that changed, went and came back', async () => {
      const path = at('Elis Regina', 'Águas', 'Vida de Bailarina.wav');
      const track = await trackCalled('Vida de Bailarina');
      const peer = newId();
      const first = await grant(track.id, peer, 'files');
      await appendFile(path, new Uint8Array(4096));
      const second = await grant(track.id, peer, 'files');
      expect(second.versionId).not.toBe(first.versionId);
      expect(second.size).toBe(first.size + 4096);
      await until(async () =>
        factsOf('changed.version').some((data) => 'versionId' in data && data.versionId === first.versionId),
      );
      await utimes(path, new Date(), new Date(1e12));
      const touched = await grant(track.id, peer, 'files');
      expect(touched.versionId).not.toBe(second.versionId);

      await rename(path, `${path}.away`);
      await expect(grant(track.id, peer, 'files')).rejects.toMatchObject({ code: 'file_missing' });
      expect((await bus.request('catalog.tracks', { ids: [track.id] })).tracks).toMatchObject([{ missing: true }]);
      await bus.request('catalog.retire', { versionId: touched.versionId, reason: 'file_missing' });
      await bus.request('catalog.retire', { versionId: touched.versionId, reason: 'file_missing' });
      await rename(`${path}.away`, path);
      const back = await grant(track.id, peer, 'files');
      expect(back.track.missing).toBe(false);
      expect(back.versionId).not.toBe(touched.versionId);
      expect((await trackCalled('Vida de Bailarina')).missing).toBe(false);
      const gone = () =>
        factsOf('changed.version').filter((data) => 'versionId' in data && data.versionId === touched.versionId);
      await until(async () => gone().length > 0);
      expect(gone()).toMatchObject([{ reason: 'file_missing' }]);
    });

    it('says why a file that looked well cannot be sealed', async () => {
      await mkdir(at('Later'), { recursive: true });
      const path = await makeMusic(at('Later'), { format: 'm4a', name: 'later', tags: { title: 'Later' } });
      await sealed((await importFolder(at('Later'))).id, 1);
      const track = await trackCalled('Later');
      await makeGarbage(path);
      await expect(grant(track.id, newId(), 'later')).rejects.toMatchObject({ code: 'format_unsupported' });
      expect(titles(await search('Later'))).toEqual([]);
      const peerId = newId();
      const isMissing = async () => (await bus.request('catalog.tracks', { ids: [track.id] })).tracks[0]?.missing;
      for (let again = 0; again < 2; again++) {
        const { failed, failedCount } = await importFolder(at('Later'));
        expect(failed).toMatchObject([{ file: 'later.m4a', code: expect.stringMatching(/unsupported|damaged/) }]);
        expect(failedCount).toBe(1);
        expect(await isMissing()).toBe(true);
        await expect(grant(track.id, peerId, 'later')).rejects.toMatchObject({ code: 'format_unsupported' });
        const plain = bus.request('catalog.plain', { trackId: track.id, peerId, accountId: 'later' });
        await expect(plain).rejects.toMatchObject({ code: 'format_unsupported' });
      }
      await makeMusic(at('Later'), { format: 'm4a', name: 'later', tags: { title: 'Later' }, hertz: 500 });
      expect(await importFolder(at('Later'))).toMatchObject({ failedCount: 0, changed: 1 });
      expect(await isMissing()).toBe(false);
      expect((await grant(track.id, peerId, 'later')).track.id).toBe(track.id);
    });

    it('takes what only sealing sees to be broken out of the lists, names it by its path, and tries it again', async () => {
      const path = await makeMusic(at('Cut', 'CD1'), { format: 'flac16', name: 'cut', tags: { title: 'Cut' } });
      // Its beginning is well; only its end, which an import does not read, is no sound.
      await appendFile(path, new Uint8Array(5_000_000));
      const { id } = await importFolder(at('Cut'));
      const status = await until(async () => {
        const { imports } = await bus.request('catalog.imports', {});
        return imports.find((one) => one.id === id && one.failedCount > 0);
      });
      expect(status).toMatchObject({ added: 1, failed: [{ file: join('CD1', 'cut.flac'), code: 'damaged' }] });
      await until(async () => titles(await search('Cut')).length === 0);
      const again = await importFolder(at('Cut'));
      expect(again).toMatchObject({ found: 1, unchanged: 0, changed: 1 });
      await until(async () => {
        const { imports } = await bus.request('catalog.imports', {});
        return imports.find((one) => one.id === again.id && one.failedCount > 0);
      });
      await makeMusic(at('Cut', 'CD1'), { format: 'flac16', name: 'cut', tags: { title: 'Cut' } });
      await importFolder(at('Cut'));
      expect(titles(await search('Cut'))).toEqual(['Cut']);
    });

    it('leaves a track alone whose file was replaced while the old one could not be sealed', async () => {
      const path = await makeMusic(at('Replaced'), {
        format: 'opus',
        name: 'one',
        hertz: 640,
        tags: { title: 'Replaced' },
      });
      await sealed((await importFolder(at('Replaced'))).id, 1);
      const { id } = await trackCalled('Replaced');
      const [old] = await database.orm
        .update(versions)
        .set({ manifest: null, sealingAt: Date.now() })
        .where(eq(versions.trackId, id))
        .returning();
      if (old === undefined) throw new Error('it has no version');
      const sealer = {
        async seal(): Promise<never> {
          await makeMusic(at('Replaced'), { format: 'opus', name: 'one', hertz: 650, tags: { title: 'Replaced' } });
          expect(await importFolder(at('Replaced'))).toMatchObject({ changed: 1 });
          throw new EnxameError('format_unsupported', 'This file is damaged.');
        },
        close: async () => undefined,
      };
      const deps = { bus, database, media, config, secrets, log, orm: database.orm, wakeOutbox: () => undefined };
      const sealing = startSealing(deps, { isBusy: () => true, onSealed: () => undefined }, sealer);
      await expect(sealing.ensure(old, path, account)).rejects.toMatchObject({ code: 'format_unsupported' });
      await sealing.close();
      expect(titles(await search('Replaced'))).toEqual(['Replaced']);
    });

    it('names the types of files that it skips, and reads all again when asked to', async () => {
      const path = await makeMusic(at('Types'), { format: 'mp3', name: 'one', tags: { title: 'Before' } });
      for (const name of ['a.wma', 'b.WMA', 'c.ape', 'd.txt']) await writeFile(at('Types', name), 'x');
      const skipped = [
        { ending: '.wma', count: 2 },
        { ending: '.ape', count: 1 },
      ];
      const first = await importFolder(at('Types'));
      expect(first).toMatchObject({ found: 1, failed: [], failedCount: 0, skipped });
      await sealed(first.id, 1);
      // Other tags, and the same size and time.
      const { mtime } = await stat(path);
      const bytes = await readFile(path);
      const at3 = bytes.indexOf('Before');
      const wide = bytes.indexOf(Buffer.from('Before', 'utf16le'));
      if (at3 >= 0) bytes.write('After!', at3, 'latin1');
      else bytes.write('After!', wide, 'utf16le');
      await writeFile(path, bytes);
      await utimes(path, mtime, mtime);
      const { mtimeMs } = await stat(path);
      await database.orm.update(tracks).set({ mtimeMs }).where(eq(tracks.mediaKey, path));
      expect(await importFolder(at('Types'))).toMatchObject({ unchanged: 1, changed: 0 });
      expect(titles(await search('After!'))).toEqual([]);
      const { id } = await bus.request('catalog.import', { folder: at('Types'), reread: true });
      await until(async () => {
        const { imports } = await bus.request('catalog.imports', {});
        return imports.find((one) => one.id === id && one.state === 'done' && one.unchanged === 0);
      });
      expect(titles(await search('After!'))).toEqual(['After!']);
    });

    it('is found by its file’s name, however its letters are composed, and by its folders', async () => {
      const decomposed = (text: string) => text.normalize('NFD');
      for (const folder of ['Größe', 'Übung']) {
        const titled = { format: 'mp3', name: decomposed('01 Grün'), tags: { title: `Grün ${folder}` } } as const;
        await makeMusic(at('Lists', decomposed(folder)), titled);
      }
      await importFolder(at('Lists'));
      const said = { title: '', artist: '', album: '', durationS: null, fileName: '01 Grün.mp3' };
      const wanted = [said, { ...said, folders: ['Musik', 'Übung'] }, { ...said, folders: [decomposed('Größe')] }];
      const { tracks } = await bus.request('catalog.match', { wanted });
      expect(tracks.map((track) => track?.title ?? null)).toEqual([null, 'Grün Übung', 'Grün Größe']);
    });

    it('judges files by what is in them, and plays plainly what cannot be shared', async () => {
      const made = { format: 'm4a', name: 'Disguised', tags: { title: 'Disguised' } } as const;
      await rename(await makeMusic(at('Kinds'), made), at('Kinds', 'Disguised.mp3'));
      const flac = await makeMusic(at('.made'), { format: 'flac16', name: 'flac', tags: { title: 'Flac in Ogg' } });
      execFileSync('ffmpeg', ['-v', 'error', '-i', flac, '-c', 'copy', at('Kinds', 'Flac in Ogg.oga')]);
      expect(await importFolder(at('Kinds'))).toMatchObject({ added: 2, failedCount: 0 });
      const kinds = [
        ['Disguised', 'audio/mp4', 'mp4', 'mp4a.40.2'],
        ['Flac in Ogg', 'audio/ogg', 'ogg', 'flac'],
      ] as const;
      for (const [title, mime, container, codec] of kinds) {
        const { id } = await trackCalled(title);
        const peerId = newId();
        const granted = await grant(id, peerId, container);
        const { manifest } = decodeManifest(Buffer.from(granted.manifest.inline ?? '', 'base64'));
        expect({ ...granted, ...manifest }).toMatchObject({ mime, container, codec });
        const plain = await bus.request('catalog.plain', { trackId: id, peerId, accountId: container });
        expect(plain.mime).toBe(mime);
      }
    });

    it('gives no plain file in whose place something else than music was put', async () => {
      const path = await makeMusic(at('Swapped'), { format: 'mp3', name: 'swapped', tags: { title: 'Swapped' } });
      await importFolder(at('Swapped'));
      const ask = { trackId: (await trackCalled('Swapped')).id, peerId: newId(), accountId: 'swapped' };
      expect(await bus.request('catalog.plain', ask)).toMatchObject({ mediaKey: path });
      const secret = at('.made', 'secret.key');
      await writeFile(secret, 'not for listeners');
      await rm(path);
      await symlink(secret, path);
      for (let again = 0; again < 2; again++) {
        await expect(bus.request('catalog.plain', ask)).rejects.toMatchObject({ code: 'format_unsupported' });
      }
    });
  });

  describe('edited tags', () => {
    const of = async (...ids: string[]) => (await bus.request('catalog.tracks', { ids })).tracks;
    const edit = (ids: string[], change: object) =>
      bus.request('catalog.editTags', { accountId: account, tracks: ids, ...change });
    const make = (name: string, tags: Record<string, string>, hertz: number) =>
      makeMusic(at('Edited'), { format: 'mp3', name, hertz, tags: { artist: 'Gil', album: 'Refavela', ...tags } });
    let [one, two] = ['', ''];

    beforeAll(async () => {
      const shared = { album_artist: 'Gil', genre: 'Samba', publisher: 'WEA' };
      await make('one', { ...shared, title: 'Balafon', track: '1' }, 700);
      await make('two', { ...shared, title: 'Babá Alapalá', track: '2' }, 710);
      await importFolder(at('Edited'));
      [one, two] = [(await trackCalled('Balafon')).id, (await trackCalled('Babá Alapalá')).id];
    });

    it('show everywhere, keep the album that all of them are of, and outlast what is read again', async () => {
      const [before] = await of(one);
      const set = {
        album: 'Refavela 77',
        albumArtists: ['Gilberto Gil'],
        artists: ['Gilberto Gil', 'Os Doces; Bárbaros'],
      };
      const changed = await edit([one, two], { set: { ...set, genres: ['Afrobeat'], date: '1977-05' } });
      expect(changed).toMatchObject({ tracks: 2, kept: 0 });
      const [after] = await of(one);
      expect(after).toMatchObject({
        title: 'Balafon',
        album: 'Refavela 77',
        artist: 'Gilberto Gil, Os Doces; Bárbaros',
        year: 1977,
      });
      expect(after?.artists?.map(({ name, role }) => [role, name])).toEqual([
        ['artist', 'Gilberto Gil'],
        ['artist', 'Os Doces; Bárbaros'],
        ['albumArtist', 'Gilberto Gil'],
      ]);
      expect(after?.albumId).toBe(before?.albumId);
      const { album, tracks: listed } = await bus.request('catalog.album', { id: after?.albumId ?? '' });
      expect([album.title, album.artist, album.year, listed.length]).toEqual(['Refavela 77', 'Gilberto Gil', 1977, 2]);
      expect(album.genres?.map(({ name }) => name)).toEqual(['Afrobeat']);
      expect(titles(await search('doces barbaros'))).toContain('Balafon');
      await until(async () => factsOf('changed.tags').some((fact) => JSON.stringify(fact).includes(one)));
      // No ghost of what nothing is called any more.
      expect((await search('Refavela')).albums.map(({ title }) => title)).toEqual(['Refavela 77']);
      const { id } = await bus.request('catalog.import', { folder: at('Edited'), reread: true });
      await until(async () =>
        (await bus.request('catalog.imports', {})).imports.find((run) => run.id === id && run.state === 'done'),
      );
      expect((await of(one))[0]).toMatchObject({
        album: 'Refavela 77',
        albumId: before?.albumId,
        genres: [{ name: 'Afrobeat' }],
      });
    });

    it('follow the file in all other fields, also where it was moved to', async () => {
      await rm(at('Edited', 'one.mp3'));
      await makeMusic(at('Edited', 'Elsewhere'), {
        format: 'mp3',
        name: 'uno',
        hertz: 700,
        tags: { title: 'Balafon (remaster)', artist: 'X', album: 'Y', genre: 'Z', publisher: 'Dabliú' },
      });
      expect(await importFolder(at('Edited'))).toMatchObject({ moved: 1, added: 0 });
      expect((await of(one))[0]).toMatchObject({
        title: 'Balafon (remaster)',
        album: 'Refavela 77',
        genres: [{ name: 'Afrobeat' }],
      });
      const sheet = await bus.request('catalog.tagSheet', { tracks: [one, two] });
      expect(sheet).toMatchObject({
        tracks: 2,
        values: { album: 'Refavela 77', genres: ['Afrobeat'] },
        edited: { album: 2, genres: 2 },
      });
      expect(sheet.mixed).toEqual(expect.arrayContaining(['title', 'label']));
      expect(sheet.fileValues).not.toHaveProperty('album');
    });

    it('can be taken back, but for what was edited since, and given back to the files', async () => {
      const [first] = (await bus.request('catalog.tagEdits', {})).edits;
      expect(first).toMatchObject({ accountId: account, kind: 'edit', tracks: 2, undone: false });
      await edit([two], { set: { album: 'Outro' } });
      expect((await of(two))[0]?.albumId).not.toBe((await of(one))[0]?.albumId);
      const undone = await bus.request('catalog.undoTagEdit', { accountId: 'bia', id: first?.id ?? '' });
      expect(undone).toMatchObject({ tracks: 2, kept: 1 });
      expect(await of(one, two)).toMatchObject([
        { album: 'Y', artist: 'X' },
        { album: 'Outro', artist: 'Gil', genres: [{ name: 'Samba' }] },
      ]);
      await expect(bus.request('catalog.undoTagEdit', { accountId: 'bia', id: first?.id ?? '' })).rejects.toMatchObject(
        { code: 'conflict' },
      );
      // Undoing that does it again.
      await bus.request('catalog.undoTagEdit', { accountId: 'bia', id: undone.editId ?? '' });
      expect((await of(one))[0]).toMatchObject({ album: 'Refavela 77', artist: 'Gilberto Gil, Os Doces; Bárbaros' });
      expect(await edit([two], { revert: ['album'] })).toMatchObject({ tracks: 1 });
      await bus.request('catalog.revertTagEdit', { accountId: account, id: first?.id ?? '' });
      expect(await of(one, two)).toMatchObject([{ album: 'Y' }, { album: 'Refavela', artist: 'Gil' }]);
      expect((await bus.request('catalog.tagSheet', { tracks: [one, two] })).edited).toEqual({});
      expect(await edit([two], { revert: ['album'] })).toEqual({ editId: null, tracks: 0, kept: 0 });
      expect((await bus.request('catalog.tagEdits', {})).edits.map(({ kind, undone: was }) => [kind, was])).toEqual([
        ...[
          ['edit', false],
          ['edit', false],
          ['undo', false],
          ['undo', true],
          ['edit', false],
          ['edit', true],
        ],
      ]);
    });

    it('sort an artist as long as a track says so', async () => {
      const sorted = async () => {
        const { artistId } = (await of(two))[0] as Track;
        return (await bus.request('catalog.artist', { id: artistId })).artist.sortName;
      };
      const { editId } = await edit([two], { set: { artistSort: ['Gil, Gilberto'] } });
      expect(await sorted()).toBe('Gil, Gilberto');
      await bus.request('catalog.undoTagEdit', { accountId: account, id: editId ?? '' });
      expect(await sorted()).toBeNull();
    });

    it('are no more split than before by other rules, which the tags of the whole library are, without reading files', async () => {
      const { rules, areDefault } = await bus.request('catalog.tagRules', {});
      expect(areDefault).toBe(true);
      await edit([one], { set: { artists: ['Elis & Tom'] } });
      await makeMusic(at('Edited'), {
        format: 'mp3',
        name: 'three',
        hertz: 720,
        tags: { title: 'Three', artist: 'Chico & Gil', album: 'Three', genre: 'Samba' },
      });
      await importFolder(at('Edited'));
      const three = await trackCalled('Three');
      const artists = async (id: string) => (await of(id))[0]?.artists?.map(({ name }) => name);
      expect(await artists(three.id)).toEqual(['Chico & Gil']);
      const other = {
        ...rules,
        artistSeparators: [...rules.artistSeparators, ' & '],
        wholeArtists: ['Simon & Garfunkel'],
      };
      const preview = await bus.request('catalog.previewTagRules', { rules: other, sample: 'Simon & Garfunkel & x' });
      expect(preview).toMatchObject({ read: preview.total, sample: { artists: ['Simon & Garfunkel', 'x'] } });
      expect(preview.changes).toContainEqual({
        ...{ kind: 'artists', text: 'Chico & Gil', before: ['Chico & Gil'], after: ['Chico', 'Gil'] },
      });
      await rename(at('Edited', 'three.mp3'), at('.made', 'three.mp3'));
      await bus.request('catalog.setTagRules', { rules: other });
      await until(async () => (await bus.request('catalog.tagRules', {})).waiting === 0);
      expect(await artists(three.id)).toEqual(['Chico', 'Gil']);
      expect(await artists(one)).toEqual(['Elis & Tom']);
      await bus.request('catalog.setTagRules', { rules: null });
      await until(async () => (await bus.request('catalog.tagRules', {})).waiting === 0);
      expect(await artists(three.id)).toEqual(['Chico & Gil']);
    });

    it('are refused of tracks that there are not, or whose tags no one has read', async () => {
      await expect(edit([one, newId()], { set: { title: 'x' } })).rejects.toMatchObject({ code: 'not_found' });
      await database.orm.delete(trackTags).where(eq(trackTags.trackId, two));
      await expect(edit([one, two], { set: { title: 'x' } })).rejects.toMatchObject({ code: 'conflict' });
      expect((await of(one))[0]?.title).toBe('Balafon (remaster)');
    });
  });

  describe('lyrics', () => {
    const words = ['Lá vem a', 'correnteza'] as const;
    const synced = { synced: true, lines: [1000, 2500].map((atMs, i) => ({ atMs, text: words[i] ?? '' })) };
    const plain = { synced: false, lines: words.map((text) => ({ atMs: null, text })) };
    const lyricsOf = async (title: string): Promise<Lyrics | null> =>
      (await bus.request('catalog.lyrics', { id: (await trackCalled(title)).id })).lyrics;

    it('are read from the tags of every format, and from a file beside the music', async () => {
      const lrc = `[00:01.00]${words[0]}\n[00:02.50]${words[1]}`;
      for (const [i, format] of (['mp3', 'm4a', 'flac16', 'opus'] as const).entries()) {
        const text = format === 'mp3' || format === 'm4a' ? words.join('\n') : lrc;
        const tags = { title: `Letra ${format}`, artist: 'Letras', album: 'Letras', lyrics: text };
        await makeMusic(at('Letras'), { format, name: format, seconds: 1, hertz: 500 + i, tags });
      }
      await writeFile(at('Letras', 'mp3.lrc'), lrc);
      expect(await importFolder(at('Letras'))).toMatchObject({ added: 4, failedCount: 0 });
      expect(await lyricsOf('Letra m4a')).toEqual(plain);
      for (const format of ['mp3', 'flac16', 'opus']) expect(await lyricsOf(`Letra ${format}`)).toEqual(synced);
      expect(await lyricsOf('Baby')).toBeNull();
      expect(await importFolder(at('Letras'))).toMatchObject({ changed: 0, unchanged: 4 });
    });

    it('follow the file beside the music and the tags, and leave the version as it is', async () => {
      const { id } = await trackCalled('Letra m4a');
      const peer = newId();
      const { versionId } = await grant(id, peer, 'reader');
      await writeFile(at('Letras', 'm4a.LRC'), '[00:03.00]outra\n[00:04.00]letra');
      await rm(at('Letras', 'mp3.lrc'));
      await makeMusic(at('Letras'), { format: 'opus', name: 'opus', seconds: 1, tags: { title: 'Letra opus' } });
      expect(await importFolder(at('Letras'))).toMatchObject({ changed: 3, unchanged: 1 });
      expect((await lyricsOf('Letra m4a'))?.lines.map(({ text }) => text)).toEqual(['outra', 'letra']);
      expect(await lyricsOf('Letra mp3')).toEqual(plain);
      expect(await lyricsOf('Letra opus')).toBeNull();
      expect((await grant(id, peer, 'reader')).versionId).toBe(versionId);
    });

    it('are read by the next import where an earlier reader of tags left them', async () => {
      const { id } = await trackCalled('Letra flac16');
      await database.orm.delete(lyrics).where(eq(lyrics.trackId, id));
      await database.orm.update(tracks).set({ tagReader: 0 }).where(eq(tracks.id, id));
      expect(await importFolder(at('Letras'))).toMatchObject({ changed: 1, unchanged: 3 });
      expect(await lyricsOf('Letra flac16')).toEqual(synced);
    });

    it('are for whom the track is', async () => {
      const { id } = await trackCalled('Letra flac16');
      await bus.request('catalog.withdraw', { trackId: id, withdrawn: true });
      await expect(bus.request('catalog.lyrics', { id })).rejects.toMatchObject({ code: 'not_found' });
      expect((await bus.request('catalog.lyrics', { id, includeWithdrawn: true })).lyrics).toEqual(synced);
      await expect(bus.request('catalog.lyrics', { id: newId() })).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('a folder that is removed from the library', () => {
    let away: Awaited<ReturnType<typeof makeTempFolder>>;
    const deps = () => ({
      ...{ bus, database, media, config, secrets, log, orm: database.orm },
      wakeOutbox: () => undefined,
    });
    const remove = async (folder: string) => {
      const [row] = await database.orm.select().from(folders).where(eq(folders.key, folder));
      if (row !== undefined) await new Folders(deps()).remove(row.id);
    };

    beforeAll(async () => {
      away = await makeTempFolder();
    });
    afterAll(() => away.remove());

    it.each(['this process', 'another process'])('while %s imports it does not come back', async (who) => {
      const folder = join(away.folder, who);
      await makeMusic(folder, {
        format: 'opus',
        name: 'one',
        hertz: 600 + who.length,
        tags: { title: `Gone of ${who}` },
      });
      async function* list(...of: Parameters<typeof media.list>) {
        yield* media.list(...of);
        await remove(folder);
        if (who === 'this process') void running.stopIn(folder);
      }
      const itsDeps = { ...deps(), media: Object.assign(Object.create(media), { list }) };
      const running = await openImports(itsDeps, new Folders(itsDeps), () => undefined);
      const expectNothing = async () => {
        const { id } = await running.start(folder);
        const ended = await until(async () => {
          return (await running.list()).find((one) => one.id === id && one.state !== 'running');
        });
        expect(ended).toMatchObject({ state: 'failed', errorCode: 'folder_removed', added: 0 });
        expect(titles(await search('Gone'))).toEqual([]);
      };
      await expectNothing();
      await importFolder(folder);
      expect(titles(await search('Gone'))).toEqual([`Gone of ${who}`]);
      // All of its files are known now.
      await expectNothing();
      await running.close();
    });

    it('while it is sealed, or when one of its tracks is played, does not come back', async () => {
      const path = await makeMusic(away.folder, {
        format: 'opus',
        name: 'sealed',
        hertz: 630,
        tags: { title: 'Sealed Away' },
      });
      await importFolder(away.folder);
      const { id } = await trackCalled('Sealed Away');
      const file = await stat(path);
      const unsealed = { manifest: null, sealError: null, sealingAt: Date.now() };
      const [version] = await database.orm.update(versions).set(unsealed).where(eq(versions.trackId, id)).returning();
      if (version === undefined) throw new Error('it has no version');
      const sealer = {
        async seal() {
          await remove(away.folder);
          return { manifest: new Uint8Array(8), size: file.size, mtimeMs: file.mtimeMs, durationS: 1 };
        },
        close: async () => undefined,
      };
      const sealing = startSealing(deps(), { isBusy: () => true, onSealed: () => undefined }, sealer);
      await sealing.ensure(version, path, account);
      await sealing.close();
      expect(titles(await search('Sealed Away'))).toEqual([]);
      await expect(grant(id, newId(), 'removed')).rejects.toMatchObject({ code: 'file_missing' });
      expect(titles(await search('Sealed Away'))).toEqual([]);
    });
  });

  describe('the next start', () => {
    it('calls an import interrupted that a crash left, and goes on sealing', async () => {
      await makeMusic(at('New'), { format: 'opus', name: 'New', tags: { title: 'Brand New' } });
      await importFolder(at('New'));
      const { id } = await trackCalled('Brand New');
      await catalog.close();
      await bus.close();
      const left = {
        id: newId(),
        folder: at('Left'),
        state: 'running' as const,
        startedAt: Date.now(),
        beatAt: Date.now() - 60_000,
      };
      // Another is of before the clock was set back.
      const ahead = { ...left, id: newId(), folder: at('Ahead'), beatAt: Date.now() + 2 * 3600_000 };
      await database.orm.insert(imports).values([left, ahead]);
      const sealingAt = Date.now() + 2 * 3600_000;
      await database.orm.update(versions).set({ manifest: null, sealingAt }).where(eq(versions.trackId, id));
      await startAll();
      const listed = await bus.request('catalog.imports', {});
      for (const { id: imported } of [left, ahead]) {
        expect(listed.imports.find((one) => one.id === imported)).toMatchObject({
          state: 'failed',
          error: expect.stringContaining('stopped'),
        });
      }
      await until(async () => {
        const [version] = await database.orm.select().from(versions).where(eq(versions.trackId, id));
        return version?.manifest !== null;
      });
      expect(await catalog.health()).toEqual({ status: 'ok' });
    });

    it('measures what a crash left unmeasured, but nothing that ended the process three times', async () => {
      const [survivor, killer] = await Promise.all([trackCalled('Casa no Campo'), trackCalled('Nada Será')]);
      await catalog.close();
      await bus.close();
      const begunAt = Date.now() - (kind === 'pglite' ? 0 : 3_600_000);
      for (const { id, attempts } of [
        { ...survivor, attempts: 1 },
        { ...killer, attempts: 3 },
      ]) {
        const left = { attempts, measuringAt: begunAt, histogram: null, peak: null };
        await database.orm.update(loudness).set(left).where(eq(loudness.trackId, id));
        await database.orm.update(tracks).set({ toMeasure: true, gain: null }).where(eq(tracks.id, id));
      }
      await startAll();
      const rows = await until(async () => {
        const due = await database.orm.select().from(tracks).where(eq(tracks.toMeasure, true));
        if (due.some(({ id }) => id === survivor.id || id === killer.id)) return false;
        return await database.orm.select().from(loudness);
      });
      const row = (id: string) => rows.find(({ trackId }) => trackId === id);
      expect(row(survivor.id)).toMatchObject({ attempts: 2, problem: null, measuringAt: null });
      expect(row(killer.id)).toMatchObject({ histogram: null, problem: expect.stringContaining('several times') });
      expect((await trackCalled('Casa no Campo')).gain?.trackDb).toBeCloseTo(survivor.gain?.trackDb ?? 0);
    });

    it('imports the music folder of the configuration, and says when it cannot', async () => {
      await catalog.close();
      catalog = await startCatalog({
        bus,
        database,
        media,
        config: { ...config, musicDir: at('nowhere') },
        secrets,
        log,
      });
      const health = await until(async () => {
        const now = await catalog.health();
        return now.status === 'degraded' && now;
      });
      expect(health.detail).toMatch(/nowhere cannot be read: it does not exist/);
      await catalog.close();
      catalog = await startCatalog({ bus, database, media, config: { ...config, musicDir: at('New') }, secrets, log });
      await until(async () => {
        const { imports: listed } = await bus.request('catalog.imports', {});
        return listed.filter((one) => one.folder === at('New') && one.state === 'done').length === 2;
      });
    });
  });
});
