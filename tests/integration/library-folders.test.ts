/** What becomes of the library when people move, rename, tag, and remove files: seen as a page sees it. */
import { access, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Album, ImportStatus, LibraryFolder, Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import { tracks } from '@/services/catalog/schema';
import { eventually, until } from '@/testing/wait';
import { type Gateway, setUp, startGatewayForTest } from '../support/gateway';
import { makeMusic, makePicture, makeTempFolder } from '../support/music';

interface Tags {
  title: string;
  artist?: string;
  album?: string;
  year?: string;
  /** Bytes of a picture. */
  picture?: Buffer;
}

let gateway: Gateway;
let ada: string;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
/** MP3 frames without tags, another sound each. */
let sounds: Buffer[];

const at = (...names: string[]) => join(music.folder, ...names);

beforeAll(async () => {
  music = await makeTempFolder();
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      makeMusic(at('.made'), { format: 'mp3', name: String(i), seconds: 1, hertz: 300 + 50 * i }),
    ),
  );
  sounds = await Promise.all(made.map(async (path) => withoutId3(await readFile(path))));
  gateway = await startGatewayForTest();
  ada = await setUp(gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await music?.remove();
});

async function api<T>(method: string, path: string, body?: unknown, of = gateway): Promise<T> {
  const response = await of.call(method, path, { as: ada, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? (undefined as T) : (JSON.parse(text) as T);
}

async function importFolder(folder: string): Promise<ImportStatus> {
  const { id } = await api<ImportStatus>('POST', '/api/imports', { folder });
  return await until('the import', async () => {
    const { imports } = await api<{ imports: ImportStatus[] }>('GET', '/api/imports');
    // Sealing, too, which would find the file gone when it is moved meanwhile.
    return imports.find((run) => run.id === id && run.state !== 'running' && run.sealed === run.toSeal);
  });
}

async function search(q: string): Promise<Track[]> {
  return (await api<{ tracks: Track[] }>('GET', `/api/search?q=${encodeURIComponent(q)}`)).tracks;
}

async function trackCalled(title: string): Promise<Track> {
  const track = (await search(title)).find((found) => found.title === title);
  if (track === undefined) throw new Error(`no track is called ${title}`);
  return track;
}

async function folderOf(key: string, of = gateway): Promise<LibraryFolder | undefined> {
  const { folders } = await api<{ folders: LibraryFolder[] }>('GET', '/api/folders', undefined, of);
  return folders.find(({ folder }) => folder === key);
}

/** Writes a file of one of the sounds, with these tags. */
async function put(path: string, sound: number, tags: Tags): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat([id3(tags), sounds[sound] ?? Buffer.alloc(0)]));
}

function withoutId3(bytes: Buffer): Buffer {
  const length = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + (bytes[i] ?? 0), 0);
  return bytes.toString('latin1', 0, 3) === 'ID3' ? bytes.subarray(10 + length) : bytes;
}

/** ID3v2.3, text in Latin-1. */
function id3({ title, artist = 'Elis', album = 'Falso Brilhante', year = '1976', picture }: Tags): Buffer {
  const frame = (name: string, content: Buffer) => {
    const head = Buffer.alloc(10);
    head.write(name, 'latin1');
    head.writeUInt32BE(content.length, 4);
    return Buffer.concat([head, content]);
  };
  const text = (name: string, value: string) => frame(name, Buffer.from(`\0${value}`, 'latin1'));
  const body = Buffer.concat([
    text('TIT2', title),
    text('TPE1', artist),
    text('TPE2', artist),
    text('TALB', album),
    text('TYER', year),
    ...(picture === undefined
      ? []
      : [frame('APIC', Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), picture]))]),
  ]);
  const head = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  for (let i = 0; i < 4; i++) head[6 + i] = (body.length >> (7 * (3 - i))) & 127;
  return Buffer.concat([head, body]);
}

describe('a moved file', () => {
  const [first, second] = [() => at('moves', 'one'), () => at('moves', 'two')];
  const titles = ['Tatuagem', 'Fascinação', 'Velha Roupa'];
  let ids: string[];
  let playlistId: string;

  const inPlaylist = async () => {
    const { entries, tracks } = await api<{ entries: { trackId: string }[]; tracks: Track[] }>(
      'GET',
      `/api/playlists/${playlistId}`,
    );
    return entries.map(({ trackId: id }) => ({ id, missing: tracks.find((track) => track.id === id)?.missing }));
  };
  const same = () => ids.map((id) => ({ id, missing: false }));

  beforeAll(async () => {
    for (const [i, title] of titles.entries()) await put(join(first(), 'Falso', `${i}.mp3`), i, { title });
    await mkdir(second(), { recursive: true });
    const { id } = await importFolder(first());
    await until('all are sealed', async () => {
      const { imports } = await api<{ imports: ImportStatus[] }>('GET', '/api/imports');
      return imports.find((run) => run.id === id)?.sealed === titles.length;
    });
    ids = await Promise.all(titles.map(async (title) => (await trackCalled(title)).id));
    playlistId = newId();
    await api('POST', '/api/playlists', { playlistId, name: 'Noite', trackIds: ids });
    await eventually(async () => expect(await inPlaylist()).toEqual(same()));
  });

  it('is the same track in a renamed folder, so that playlists keep it, and it plays on', async () => {
    const grant = () => api<{ versionId: string }>('POST', '/api/playback', { trackId: ids[0], peerId: newId() });
    const { versionId } = await grant();
    await rename(join(first(), 'Falso'), join(first(), 'Falso Brilhante (1976)'));
    expect(await importFolder(first())).toMatchObject({ added: 0, changed: 0, moved: 3, missing: 0, toSeal: 0 });
    expect(await inPlaylist()).toEqual(same());
    expect((await grant()).versionId).toBe(versionId);
    const { key, mediaKey } = await sourceOf(versionId);
    expect(mediaKey).toBe(join(first(), 'Falso Brilhante (1976)', '0.mp3'));
    expect(key.length).toBeGreaterThan(0);
  });

  it('is the same track under another name and with other tags, and in the folder of another import', async () => {
    await rm(join(first(), 'Falso Brilhante (1976)', '1.mp3'));
    await put(join(second(), 'Elis - Fascinacao.mp3'), 1, { title: 'Fascinação (remaster)', album: 'Best Of' });
    await importFolder(first());
    expect(await importFolder(second())).toMatchObject({ added: 0, moved: 1 });
    expect(await inPlaylist()).toEqual(same());
    expect((await trackCalled('Fascinação (remaster)')).id).toBe(ids[1]);
  });

  it('is known by size and name where it was imported before hashes were kept', async () => {
    await gateway.database.orm.update(tracks).set({ audioHash: null });
    await rename(join(first(), 'Falso Brilhante (1976)'), join(first(), 'Falso'));
    expect(await importFolder(first())).toMatchObject({ added: 0, moved: 2, missing: 0 });
    expect(await inPlaylist()).toEqual(same());
  });

  it('comes along when the imported folder itself was renamed', async () => {
    await rename(first(), at('moves', 'renamed'));
    expect(await importFolder(at('moves', 'renamed'))).toMatchObject({ added: 0, moved: 2 });
    expect(await inPlaylist()).toEqual(same());
    // Nothing is left of it that could come back.
    expect(await folderOf(first())).toBeUndefined();
  });

  it('has copies that are tracks of their own', async () => {
    await cp(at('moves', 'renamed', 'Falso', '0.mp3'), at('moves', 'renamed', 'Copy', '0.mp3'), { recursive: true });
    expect(await importFolder(at('moves', 'renamed'))).toMatchObject({ added: 1, moved: 0 });
    const found = (await search('Tatuagem')).map(({ id }) => id);
    expect(found).toHaveLength(2);
    expect(found).toContain(ids[0]);
    expect(await inPlaylist()).toEqual(same());
  });

  const sourceOf = async (versionId: string) => {
    const source = await gateway.bus.request('catalog.source', { versionId });
    return { key: source.wrappedKey, mediaKey: source.mediaKey };
  };
});

describe('covers', () => {
  const folder = () => at('covers');
  const coverOf = async () => {
    const track = await trackCalled('Capa');
    const { album } = await api<{ album: Album }>('GET', `/api/albums/${track.albumId}`);
    return [track.coverId, album.coverId];
  };

  it('beside unchanged music are seen when they are added, replaced and removed', async () => {
    await put(join(folder(), '0.mp3'), 0, { title: 'Capa', album: 'Capas' });
    await importFolder(folder());
    expect(await coverOf()).toEqual([null, null]);
    const seen: (string | null)[] = [];
    for (const [name, color] of [
      ['front.png', 'red'],
      ['cover.jpg', 'green'],
      ['cover.jpg', 'blue'],
    ] as const) {
      await makePicture(join(folder(), name), { color, pixels: 40 });
      expect(await importFolder(folder())).toMatchObject({ changed: 1, failedCount: 0 });
      const [ofTrack, ofAlbum] = await coverOf();
      expect(ofAlbum).toBe(ofTrack);
      expect(seen).not.toContain(ofTrack);
      seen.push(ofTrack ?? null);
      expect(await importFolder(folder())).toMatchObject({ changed: 0, unchanged: 1 });
    }
    await rm(join(folder(), 'cover.jpg'));
    await importFolder(folder());
    expect(await coverOf()).toEqual([seen[0], seen[0]]);
    await rm(join(folder(), 'front.png'));
    await importFolder(folder());
    expect(await coverOf()).toEqual([null, null]);
  });

  it('in the file that are broken give way to one beside it', async () => {
    await makePicture(join(folder(), 'cover.jpg'), { color: 'white', pixels: 40 });
    const [good, broken] = [await readFile(join(folder(), 'cover.jpg')), Buffer.alloc(500, 7)];
    await put(join(folder(), '0.mp3'), 0, { title: 'Capa', album: 'Capas', picture: broken });
    await importFolder(folder());
    const [beside] = await coverOf();
    expect(beside).not.toBeNull();
    await put(join(folder(), '0.mp3'), 0, { title: 'Capa', album: 'Capas', picture: good });
    await importFolder(folder());
    expect(await coverOf()).toEqual([beside, beside]);
  });
});

describe('a folder that vanished', () => {
  const folder = (): string => at('disk');
  const away = () => at('disk.away');

  it.each<[string, string, () => Promise<unknown>]>([
    ['is missing', 'folder_missing', async () => undefined],
    ['is empty', 'folder_empty', () => mkdir(folder())],
  ])('and %s takes nothing from the library, says so, and is as before once it is back', async (_, code, mount) => {
    await put(join(folder(), 'A', '0.mp3'), 0, { title: 'Disco', album: 'Disco' });
    await importFolder(folder());
    const { id } = await trackCalled('Disco');
    await rename(folder(), away());
    await mount();
    if (code === 'folder_empty') {
      expect(await importFolder(folder())).toMatchObject({ state: 'failed', errorCode: code, missing: 0 });
      expect(await folderOf(folder())).toMatchObject({ problem: code });
    } else {
      const refused = await gateway.call('POST', '/api/imports', { as: ada, body: { folder: folder() } });
      expect(refused.status).toBe(400);
    }
    expect(await trackCalled('Disco')).toMatchObject({ id, missing: false });
    await rm(folder(), { recursive: true, force: true });
    await rename(away(), folder());
    expect(await importFolder(folder())).toMatchObject({ state: 'done', unchanged: 1, added: 0, missing: 0 });
    expect(await folderOf(folder())).toMatchObject({ problem: null, lookedAt: expect.any(Number) });
    expect(await trackCalled('Disco')).toMatchObject({ id, missing: false });
  });

  it('for good can be removed from the library, and its tracks come back with it', async () => {
    const { id } = await trackCalled('Disco');
    await api('DELETE', `/api/folders/${(await folderOf(folder()))?.id}`);
    expect(await folderOf(folder())).toBeUndefined();
    expect(await search('Disco')).toEqual([]);
    await importFolder(folder());
    expect(await trackCalled('Disco')).toMatchObject({ id, missing: false });
    expect((await gateway.call('DELETE', `/api/folders/${newId()}`, { as: ada })).status).toBe(404);
  });
});

describe('corrected tags', () => {
  it('show everywhere, and leave nothing of the old behind', async () => {
    const folder = at('tags');
    const wrong = { artist: 'gal costa', album: 'fa-tal', year: '1917' };
    const right = { artist: 'Gal Costa', album: 'Fa-Tal', year: '1971' };
    for (const [i, title] of ['Vapor Barato', 'Sua Estupidez'].entries()) {
      await put(join(folder, `${i}.mp3`), 3 + i, { title, ...wrong });
    }
    await importFolder(folder);
    const before = await trackCalled('Vapor Barato');
    for (const [i, title] of ['Vapor Barato', 'Sua Estupidez'].entries()) {
      await put(join(folder, `${i}.mp3`), 3 + i, { title, ...right });
    }
    expect(await importFolder(folder)).toMatchObject({ changed: 2, added: 0 });
    const track = await trackCalled('Vapor Barato');
    expect(track).toMatchObject({ id: before.id, artist: 'Gal Costa', album: 'Fa-Tal' });
    const { album } = await api<{ album: Album }>('GET', `/api/albums/${track.albumId}`);
    expect(album).toMatchObject({ title: 'Fa-Tal', artist: 'Gal Costa', year: 1971, trackCount: 2 });
    await put(join(folder, '0.mp3'), 3, { title: 'Vapor Barato', ...right, artist: 'Gal', album: 'A Todo Vapor' });
    await put(join(folder, '1.mp3'), 4, { title: 'Sua Estupidez', ...right, artist: 'Gal', album: 'A Todo Vapor' });
    await importFolder(folder);
    const found = await api<{ albums: Album[]; artists: { name: string }[] }>('GET', '/api/search?q=fa-tal');
    expect(found.albums).toEqual([]);
    const { artists } = await api<{ artists: { name: string }[] }>('GET', '/api/artists');
    expect(artists.map(({ name }) => name)).not.toContain('Gal Costa');
    expect(artists.map(({ name }) => name)).toContain('Gal');
  });
});

describe('albums of one title', () => {
  const folder = (name: string) => at('weezer', name);
  const albumOf = async (title: string) => {
    const { albumId } = await trackCalled(title);
    return (await api<{ album: Album }>('GET', `/api/albums/${albumId}`)).album;
  };
  const tags = (title: string, year: string) => ({ title, artist: 'Weezer', album: 'Weezer', year });

  it('in folders of different years are two, and stay what they are when tags are corrected', async () => {
    await put(join(folder('Blue'), 'CD1', '1.mp3'), 0, tags('Buddy Holly', '1994'));
    await put(join(folder('Blue'), 'CD2', '1.mp3'), 1, tags('Undone', '1994'));
    await put(join(folder('Green'), '1.mp3'), 2, tags('Hash Pipe', '2002'));
    await importFolder(at('weezer'));
    const [blue, green] = [await albumOf('Buddy Holly'), await albumOf('Hash Pipe')];
    expect(await albumOf('Undone')).toEqual(blue);
    expect(blue).toMatchObject({ year: 1994, trackCount: 2 });
    expect(green).toMatchObject({ year: 2002, trackCount: 1 });
    await put(join(folder('Green'), '1.mp3'), 2, tags('Hash Pipe', '2001'));
    await importFolder(at('weezer'));
    expect(await albumOf('Hash Pipe')).toEqual({ ...green, year: 2001, releaseDate: '2001' });
    expect(await albumOf('Buddy Holly')).toEqual(blue);
    const renamed = { ...tags('Hash Pipe', '2001'), artist: 'Wéezer', album: 'The Green Album' };
    await put(join(folder('Green'), '1.mp3'), 2, renamed);
    await importFolder(at('weezer'));
    expect(await albumOf('Hash Pipe')).toMatchObject({ id: green.id, title: 'The Green Album', artist: 'Wéezer' });
    await rename(folder('Green'), folder('2001'));
    await put(join(folder('2001'), '1.mp3'), 2, tags('Hash Pipe', '2001'));
    await importFolder(at('weezer'));
    expect(await albumOf('Hash Pipe')).toEqual({ ...green, year: 2001, releaseDate: '2001' });
  });

  it('that an earlier release put together come apart at the next import', async () => {
    const { orm } = gateway.database;
    const together = await albumOf('Buddy Holly');
    const wasTogether = { albumId: together.id, albumGroup: 'weezer', tagReader: 3 };
    await orm.update(tracks).set(wasTogether).where(eq(tracks.albumKey, 'weezer'));
    await importFolder(at('weezer'));
    expect(await albumOf('Undone')).toMatchObject({ id: together.id, year: 1994, trackCount: 2 });
    expect(await albumOf('Hash Pipe')).toMatchObject({ year: 2001, trackCount: 1 });
  });

  it('keep their artist when its accents are corrected', async () => {
    const [joao, right] = ['Joao Gilberto', 'João Gilberto'];
    const wave = (artist: string) => put(at('joao', '1.mp3'), 3, { title: 'Undiu', artist, album: 'Joao' });
    await wave(joao);
    await importFolder(at('joao'));
    const before = await trackCalled('Undiu');
    await wave(right);
    await importFolder(at('joao'));
    expect(await trackCalled('Undiu')).toMatchObject({
      artist: right,
      artistId: before.artistId,
      albumId: before.albumId,
      artists: [
        { id: before.artistId, name: right },
        { id: before.artistId, role: 'albumArtist' },
      ],
    });
  });
});

describe('a watched folder', () => {
  it('shows what is put there, moved and removed, without an import that anybody began', async () => {
    const watched = await startGatewayForTest({ WATCH: 'on' });
    const folder = at('watched');
    try {
      await put(join(folder, 'A', '0.mp3'), 0, { title: 'Antes' });
      const as = await setUp(watched);
      const ask = async <T>(method: string, path: string, body?: unknown) => {
        const response = await watched.call(method, path, { as, body });
        return (await response.json()) as T;
      };
      const found = async (title: string) => {
        const { tracks } = await ask<{ tracks: Track[] }>('GET', `/api/search?q=${encodeURIComponent(title)}`);
        return tracks.map((track) => track.id);
      };
      await ask('POST', '/api/imports', { folder });
      const stateOf = async () => (await ask<{ folders: LibraryFolder[] }>('GET', '/api/folders')).folders;
      await eventually(async () =>
        expect(await stateOf()).toMatchObject([{ folder, watch: 'watching', problem: null }]),
      );
      const [id] = await until('the first', async () => {
        const ids = await found('Antes');
        return ids.length > 0 ? ids : null;
      });

      await put(join(folder, 'New', 'B', '1.mp3'), 1, { title: 'Depois' });
      await put(join(folder, 'New', 'B', 'broken.mp3'), 9, { title: '' });
      const failed = [{ file: join('New', 'B', 'broken.mp3') }];
      await eventually(async () => {
        expect(await found('Depois')).toHaveLength(1);
        expect(await stateOf()).toMatchObject([{ failedCount: 1, failed }]);
      });
      await rename(join(folder, 'A'), join(folder, 'Z'));
      await rm(join(folder, 'New'), { recursive: true });
      await eventually(async () => {
        expect(await found('Depois')).toEqual([]);
        expect(await stateOf()).toMatchObject([{ failedCount: 0, failed: [] }]);
        expect(await found('Antes')).toEqual([id]);
      });
      await expect(access(join(folder, 'A'))).rejects.toThrow();
      const { imports } = await ask<{ imports: ImportStatus[] }>('GET', '/api/imports');
      expect(imports).toHaveLength(1);
    } finally {
      await watched.stop();
    }
  });
});
