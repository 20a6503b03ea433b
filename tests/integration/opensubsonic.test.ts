/** The OpenSubsonic API as apps use it: every endpoint really asked, in both forms, and each answer checked (tests/support/subsonic.ts). */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import SubsonicAPI from 'subsonic-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '@/app/api/rest/endpoints';
import { newId } from '@/lib/contracts/ids';
import { ADMIN } from '@/testing/product';
import { eventually, until } from '@/testing/wait';
import { amperfy, dsub, tempus } from '../support/app-flows';
import { type Gateway, setUp, startGatewayForTest } from '../support/gateway';
import { makeMusic, makePicture, makeTempFolder } from '../support/music';
import { type Answer, query, SubsonicApp } from '../support/subsonic';

const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };
/** `Onda` is long enough to be playing still when a slow machine asks what plays. */
const MUSIC = [
  { artist: 'Elis Regina', album: 'Mar', year: '1974', title: 'Brisa', lyrics: '[00:00.50]one\n[00:01.00]two' },
  { artist: 'Elis Regina', album: 'Mar', year: '1974', title: 'Onda', lyrics: 'only words', seconds: 60 },
  { artist: 'The Owls', album: 'Night & <Day>', year: '1980', title: 'Moon "light"', lyrics: undefined },
];

let gateway: Gateway;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
/** Cookies. */
let [ada, bob] = ['', ''];
/** Password of the app `app`. */
let password = '';
let app: SubsonicApp;
const songs = new Map<string, Answer>();
const song = (title: string) => songs.get(title) as Answer;

/** What ffprobe says of the first stream; numbers as such. */
async function probe(bytes: Buffer, ending: string): Promise<Answer> {
  const file = join(music.folder, '.made', `probed.${ending}`);
  await writeFile(file, bytes);
  const args = ['-v', 'error', '-show_entries', 'stream=codec_name,bit_rate:format=duration', '-of', 'json', file];
  const { streams, format } = JSON.parse((await promisify(execFile)('ffprobe', args)).stdout);
  return { ...streams[0], duration: Number(format.duration) };
}

async function makePassword(as: string, name: string): Promise<{ password: string; appPassword: { id: string } }> {
  return (await gateway.call('POST', '/api/app-passwords', { as, body: { name } })).json();
}

beforeAll(async () => {
  music = await makeTempFolder();
  const picture = await makePicture(`${music.folder}/.made/red.jpg`, { color: 'red' });
  for (const [n, { artist, album, year, title, lyrics, seconds = 2 }] of MUSIC.entries()) {
    const tags = {
      title,
      artist,
      album,
      date: year,
      track: String(n + 1),
      genre: 'Samba',
      // Nothing is measured, which would change an answer between its two forms.
      REPLAYGAIN_TRACK_GAIN: '-6.5 dB',
      REPLAYGAIN_TRACK_PEAK: '0.9',
      REPLAYGAIN_ALBUM_GAIN: '-6.5 dB',
      REPLAYGAIN_ALBUM_PEAK: '0.9',
      ...(lyrics === undefined ? {} : { lyrics }),
    };
    await makeMusic(music.folder, { format: 'mp3', name: `${artist}/${n}`, tags, picture, hertz: 300 + n, seconds });
  }
  gateway = await startGatewayForTest({ MUSIC_DIR: music.folder });
  ada = await setUp(gateway);
  await gateway.call('POST', '/api/people', { as: ada, body: { ...BOB, role: 'listener' } });
  bob = await gateway.signIn(BOB);
  ({ password } = await makePassword(ada, 'My phone'));
  app = new SubsonicApp(gateway.url, { u: ADMIN.email, p: password });
  await until('the music', async () => {
    const { searchResult3 } = await app.ask('search3', { query: '' }, { once: true });
    for (const found of searchResult3.song) songs.set(found.title, found);
    return searchResult3.song.length === MUSIC.length && searchResult3.song.every((each: Answer) => each.coverArt);
  });
  // Sealing finds out exactly how long a track is, which may change an answer between its two forms.
  await until('the music to be sealed', async () => {
    const { imports } = await (await gateway.call('GET', '/api/imports', { as: ada })).json();
    return imports.every((one: { sealed: number; toSeal: number }) => one.sealed === one.toSeal);
  });
  songs.clear();
  const { searchResult3 } = await app.ask('search3', { query: '' });
  for (const found of searchResult3.song) songs.set(found.title, found);
});
afterAll(async () => {
  await gateway?.stop();
  await music?.remove();
});

describe('an app signs in', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const as = (credentials: Record<string, string>) => new SubsonicApp(gateway.url, credentials);

  test('with its password in every form', async () => {
    const u = ADMIN.email;
    const hexadecimal = Buffer.from(password).toString('hex');
    const salted = { t: md5(`${password}salt1`), s: 'salt1' };
    for (const given of [
      { u, p: password },
      { u: u.toUpperCase(), p: `enc:${hexadecimal}` },
      { u, ...salted },
      { apiKey: password },
    ] as Record<string, string>[]) {
      await as(given).ask('ping');
      expect((await as(given).ask('tokenInfo')).tokenInfo).toEqual({ username: u });
    }
    const form = await fetch(`${gateway.url}/rest/ping`, {
      method: 'POST',
      body: query({ u, p: password, f: 'json' }),
    });
    expect((await form.json())['subsonic-response'].status).toBe('ok');
  });

  test('with nothing else', async () => {
    const u = ADMIN.email;
    expect(await as({ u, p: ADMIN.password }).failure('ping')).toBe(40);
    expect(await as({ u, t: md5(`${ADMIN.password}salt1`), s: 'salt1' }).failure('ping')).toBe(40);
    expect(await as({ u: BOB.email, p: password }).failure('ping')).toBe(40);
    expect(await as({ apiKey: 'nonsense' }).failure('ping')).toBe(44);
    expect(await as({ apiKey: password, u }).failure('ping')).toBe(43);
    expect(await as({}).failure('ping')).toBe(10);
    const cookieAlone = await fetch(`${gateway.url}/rest/ping?f=json`, { headers: { cookie: ada } });
    expect((await cookieAlone.json())['subsonic-response'].error.code).toBe(10);
    await as({}).ask('getOpenSubsonicExtensions');
  });

  test('and is slowed down where it guesses, which keeps nobody else out', async () => {
    const guess = () => as({ u: BOB.email, p: newId() }).fetch('ping', { f: 'json' });
    for (let n = 0; n < 10; n++) await guess();
    const refused = await guess();
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect((await refused.json())['subsonic-response'].error).toMatchObject({ code: 0 });
    const { password: right } = await makePassword(bob, 'Desk');
    await as({ u: BOB.email, p: right }).ask('ping');
  });

  test('until its password is revoked, or its account disabled', async () => {
    const made = await makePassword(bob, 'Old phone');
    const phone = as({ u: BOB.email, p: made.password });
    await phone.ask('ping');
    const lastAddress = expect.stringMatching(/127|::1/);
    // When it was used is noted in the background.
    const { appPasswords, userName } = await eventually(async () => {
      const said = await (await gateway.call('GET', '/api/app-passwords', { as: bob })).json();
      expect(said.appPasswords).toContainEqual(
        expect.objectContaining({ name: 'Old phone', lastClient: 'test', lastAddress }),
      );
      return said;
    });
    expect(userName).toBe(BOB.email);
    expect(JSON.stringify(appPasswords)).not.toContain(made.password);
    const address = `/api/app-passwords/${made.appPassword.id}`;
    expect((await gateway.call('DELETE', address, { as: ada })).status).toBe(404);
    expect((await gateway.call('DELETE', address, { as: bob })).status).toBe(200);
    expect((await gateway.call('DELETE', address, { as: bob })).status).toBe(404);
    expect([0, 40]).toContain(await phone.failure('ping'));

    const { people } = await (await gateway.call('GET', '/api/people', { as: ada })).json();
    const { id } = people.find(({ email }: { email: string }) => email === BOB.email);
    const desk = as({ apiKey: (await makePassword(bob, 'Other')).password });
    await desk.ask('ping');
    await gateway.call('PATCH', `/api/people/${id}`, { as: ada, body: { disabled: true } });
    expect(await desk.failure('ping')).toBe(50);
    await gateway.call('PATCH', `/api/people/${id}`, { as: ada, body: { disabled: false } });
    bob = await gateway.signIn(BOB);
  });
});

describe('the library', () => {
  test('as artists, albums and songs', async () => {
    const { artists } = await app.ask('getArtists');
    expect(artists.index.map((each: Answer) => [each.name, each.artist[0].name])).toEqual([
      ['E', 'Elis Regina'],
      ['O', 'The Owls'],
    ]);
    const { artist } = await app.ask('getArtist', { id: artists.index[0].artist[0].id });
    expect(artist.album).toMatchObject([{ name: 'Mar', songCount: 2, duration: 62, year: 1974 }]);
    const { album } = await app.ask('getAlbum', { id: artist.album[0].id });
    expect(album.song.map((each: Answer) => [each.track, each.title, each.suffix, each.contentType])).toEqual([
      [1, 'Brisa', 'mp3', 'audio/mpeg'],
      [2, 'Onda', 'mp3', 'audio/mpeg'],
    ]);
    expect((await app.ask('getSong', { id: album.song[0].id })).song).toEqual(album.song[0]);
    expect(await app.failure('getSong', { id: newId() })).toBe(70);
    expect(await app.failure('getAlbum', { id: '../../etc' })).toBe(70);
    expect(await app.failure('getArtist', {})).toBe(10);
    expect(await app.failure('getNonsense')).toBe(70);
    await app.ask('getMusicFolders');
    await app.ask('getGenres');
    await app.ask('getAlbumList2', { type: 'byGenre', genre: 'Samba' });
  });

  test('in lists of albums', async () => {
    const names = async (type: string, params = {}) =>
      (await app.ask('getAlbumList2', { type, ...params })).albumList2.album.map((each: Answer) => each.name);
    const both = ['Mar', 'Night & <Day>'];
    expect(await names('alphabeticalByName')).toEqual(both);
    expect(await names('alphabeticalByArtist', { offset: 1 })).toEqual(['Night & <Day>']);
    expect(await names('byYear', { fromYear: 1990, toYear: 1970 })).toEqual([...both].reverse());
    expect(await names('byYear', { fromYear: 1975, toYear: 1999 })).toEqual(['Night & <Day>']);
    expect(await app.failure('getAlbumList2', { type: 'byYear' })).toBe(10);
    expect(await app.failure('getAlbumList2', { type: 'byMood' })).toBe(0);
    for (const type of ['newest', 'starred', 'highest']) await app.ask('getAlbumList2', { type });
    const { albumList } = await app.ask('getAlbumList', { type: 'alphabeticalByName', size: 9999 });
    expect(albumList.album.map((each: Answer) => [each.title, each.isDir])).toEqual(both.map((name) => [name, true]));
    const random = await app.ask('getRandomSongs', { size: 2, fromYear: 1900 }, { once: true });
    expect(random.randomSongs.song).toHaveLength(2);
  });

  test('in searches, and whole where nothing is searched for', async () => {
    const found = (await app.ask('search3', { query: 'moon light*' })).searchResult3;
    expect(found.song.map((each: Answer) => each.title)).toEqual(['Moon "light"']);
    const { searchResult3 } = await app.ask('search3', { query: 'elis', songCount: 1, songOffset: 1, albumCount: 0 });
    expect(searchResult3).toMatchObject({
      artist: [{ name: 'Elis Regina' }],
      album: [],
      song: [{ artist: 'Elis Regina' }],
    });
    for (const nothing of ['', '""']) {
      const pages = [];
      for (const songOffset of [0, 1, 2, 3]) {
        pages.push((await app.ask('search3', { query: nothing, songCount: 1, songOffset })).searchResult3);
      }
      expect(pages.flatMap((page) => page.song).map((each) => each.title)).toEqual(MUSIC.map(({ title }) => title));
      expect(pages[0].album).toHaveLength(2);
    }
    await app.ask('search2', { query: 'mar' });
  });

  test('with covers and lyrics', async () => {
    const { coverArt, albumId, artistId, id } = song('Brisa');
    for (const name of [coverArt, albumId, artistId, id]) {
      // A thread that is only starting may take longer than a question waits.
      const response = await until('the cover', async () => {
        const got = await app.fetch('getCoverArt', { id: name, size: 200 });
        return got.headers.get('content-type')?.startsWith('image/') ? got : null;
      });
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
    expect(await app.failure('getCoverArt', { id: newId() })).toBe(70);
    const synced = await app.ask('getLyricsBySongId', { id });
    expect(synced.lyricsList.structuredLyrics[0]).toMatchObject({
      synced: true,
      line: [
        { start: 500, value: 'one' },
        { start: 1000, value: 'two' },
      ],
    });
    const plain = await app.ask('getLyrics', { artist: 'elis regina', title: 'onda' });
    expect(plain.lyrics).toEqual({ artist: 'Elis Regina', title: 'Onda', value: 'only words' });
    expect((await app.ask('getLyricsBySongId', { id: song('Moon "light"').id })).lyricsList.structuredLyrics).toEqual(
      [],
    );
  });

  test('with what there is nothing of', async () => {
    const id = song('Onda').id;
    for (const name of [
      'getStarred',
      'getStarred2',
      'getInternetRadioStations',
      'getPodcasts',
      'getNewestPodcasts',
      'getShares',
      'getLicense',
      'getUser',
      'getUsers',
    ]) {
      await app.ask(name, { username: ADMIN.email });
    }
    for (const name of [
      'getArtistInfo',
      'getArtistInfo2',
      'getAlbumInfo',
      'getAlbumInfo2',
      'getSimilarSongs',
      'getSimilarSongs2',
    ]) {
      await app.ask(name, { id });
    }
    // One genre for all.
    const similar = async (of: string, count: number) =>
      (await app.ask('getSimilarSongs2', { id: of, count })).similarSongs2.song
        .map((each: Answer) => each.title)
        .sort();
    expect(await similar(id, 9)).toEqual(
      MUSIC.map(({ title }) => title)
        .filter((title) => title !== 'Onda')
        .sort(),
    );
    expect((await app.ask('getSimilarSongs', { id: song('Brisa').artistId, count: 1 })).similarSongs.song).toHaveLength(
      1,
    );
    expect(await similar(newId(), 9)).toEqual([]);
    expect((await app.ask('getSongsByGenre', { genre: 'None of this' })).songsByGenre.song).toEqual([]);
    expect(await app.failure('createShare', { id })).toBe(50);
  });
});

describe('an app plays', () => {
  test('the file itself, in parts', async () => {
    const { id, size } = song('Brisa');
    const whole = await app.fetch('stream', { id });
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual([
      200,
      'audio/mpeg',
      'bytes',
    ]);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes.length).toBe(size);
    const part = await app.fetch('download.view', { id }, { headers: { range: 'bytes=100-199' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${size}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
    const album = await app.fetch('download', { id: song('Brisa').albumId ?? '' });
    expect(album.headers.get('content-type')).toBe('application/zip');
    expect(Buffer.from(await album.arrayBuffer()).includes(bytes)).toBe(true);
    expect(await app.failure('download', { id: newId() })).toBe(70);
    const head = await app.fetch('stream', { id }, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
    expect(await app.failure('stream', { id: newId() })).toBe(70);
    const { plays } = await (await gateway.call('GET', '/api/history', { as: ada })).json();
    expect(plays, 'to stream is not to listen').toEqual([]);
  });

  test('converted, where it asks for another format or less', async () => {
    const { id, duration } = song('Brisa');
    const convert = async (params: Record<string, string | number | boolean>) => {
      const response = await app.fetch('stream', { id, ...params });
      return { response, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const opus = await convert({ format: 'opus', maxBitRate: 64 });
    expect(opus.response.headers.get('content-type')).toBe('audio/ogg');
    expect(opus.bytes.toString('latin1', 0, 4)).toBe('OggS');
    expect(await probe(opus.bytes, 'opus')).toMatchObject({
      codec_name: 'opus',
      duration: expect.closeTo(duration, 0),
    });
    const again = await until('the kept file', async () => {
      const kept = await app.fetch(
        'stream',
        { id, format: 'opus', maxBitRate: 64 },
        { headers: { range: 'bytes=0-3' } },
      );
      return kept.status === 206 ? kept : null;
    });
    expect(again.headers.get('content-range')).toBe(`bytes 0-3/${opus.bytes.length}`);
    const slow = await convert({ maxBitRate: 32, estimateContentLength: true });
    expect(slow.response.headers.get('content-length')).toBe(String(slow.bytes.length));
    expect(await probe(slow.bytes, 'mp3')).toMatchObject({ codec_name: 'mp3', bit_rate: '32000' });
    const later = await convert({ format: 'opus', maxBitRate: 64, timeOffset: 1.5 });
    expect(await probe(later.bytes, 'opus')).toMatchObject({ duration: expect.closeTo(duration - 1.5, 0) });
    const raw = await convert({ format: 'raw', maxBitRate: 32 });
    expect(raw.bytes.length).toBe(song('Brisa').size);
  });

  test('within the limits of the account, each device counted once', async () => {
    const { id } = song('Onda');
    const limit = gateway.config.maxStreams;
    const devices = [];
    for (let n = 0; n < limit; n++) devices.push(await makePassword(bob, `Device ${n}`));
    const streams = devices.map(({ password: p }) => new SubsonicApp(gateway.url, { u: BOB.email, p }));
    for (const device of streams) expect((await device.fetch('stream', { id })).status).toBe(200);
    await (streams[0] as SubsonicApp).fetch('stream', { id });
    const one = new SubsonicApp(gateway.url, { apiKey: (await makePassword(bob, 'One more')).password });
    const refused = await one.fetch('stream', { id, f: 'json' });
    expect((await refused.json())['subsonic-response'].error.message).toContain('already playing');
  });

  test('nothing that was withdrawn', async () => {
    const { id } = song('Moon "light"');
    const response = await gateway.call('PATCH', `/api/tracks/${id}`, { as: ada, body: { withdrawn: true } });
    expect(response.status).toBe(200);
    expect(await app.failure('stream', { id })).toBe(70);
    expect(await app.failure('getSong', { id })).toBe(70);
    expect((await app.ask('search3', { query: 'moon' })).searchResult3.song).toEqual([]);
    await gateway.call('PATCH', `/api/tracks/${id}`, { as: ada, body: { withdrawn: false } });
  });

  test('and what it says of it is in the history', async () => {
    const history = async () =>
      (await (await gateway.call('GET', '/api/history', { as: ada })).json()).plays as Answer[];
    const [one, two] = [song('Brisa').id, song('Onda').id];
    await app.ask('scrobble', { id: one, submission: false }, { once: true });
    const [started] = await until('the start', async () => ((await history()).length === 1 ? history() : null));
    expect(started).toMatchObject({ trackId: one, state: 'started' });
    await app.ask('scrobble', { id: one }, { once: true });
    await until('the end', async () => (await history())[0]?.state === 'finished');
    expect(await history()).toMatchObject([{ playId: started?.playId, state: 'finished' }]);
    const began = Date.now() - 3 * 3_600_000;
    await app.ask('scrobble', { id: [one, two], time: [began, began + 10_000] }, { once: true });
    const plays = await until('both', async () => ((await history()).length === 3 ? history() : null));
    expect(plays.map(({ trackId, startedAt }) => [trackId, startedAt])).toContainEqual([two, began + 10_000]);
    const { albumList2 } = await app.ask('getAlbumList2', { type: 'recent' });
    expect(albumList2.album.map((each: Answer) => each.name)).toEqual(['Mar']);
    await app.ask('getAlbumList2', { type: 'frequent' });
    await app.ask('getTopSongs', { artist: 'Elis Regina' });
    expect(await app.failure('scrobble', {})).toBe(10);

    const report = (state: string, positionMs: number, more = {}) =>
      app.ask('reportPlayback', { mediaId: two, mediaType: 'song', positionMs, state, ...more }, { once: true });
    await report('playing', 0, { ignoreScrobble: true });
    await report('starting', 0);
    await until('the report', async () => (await history()).length === 4);
    expect((await app.ask('getNowPlaying')).nowPlaying.entry).toMatchObject([{ title: 'Onda', username: ADMIN.email }]);
    await report('paused', 500);
    await report('stopped', 700);
    const [skipped] = await until('the end', async () =>
      (await history())[0]?.state === 'skipped' ? history() : null,
    );
    expect(skipped).toMatchObject({ trackId: two, positionS: 0.7, counted: false });
  });
});

test('favourites and ratings are those of the pages', async () => {
  const { id, albumId, artistId } = song('Brisa');
  const onda = song('Onda').id;
  await app.ask('star', { id: [id, onda], artistId }, { once: true });
  await app.ask('star', { albumId }, { once: true });
  await app.ask('setRating', { id, rating: 4 }, { once: true });
  const { starred2 } = await app.ask('getStarred2');
  expect(starred2.song.map((each: Answer) => each.title).sort()).toEqual(['Brisa', 'Onda']);
  expect(starred2).toMatchObject({ album: [{ id: albumId }], artist: [{ id: artistId }] });
  expect(starred2.song.every((each: Answer) => each.starred)).toBe(true);
  await app.ask('getStarred');
  expect((await app.ask('getAlbumList2', { type: 'starred' })).albumList2.album).toHaveLength(1);
  const { album } = await app.ask('getAlbum', { id: albumId });
  expect(album).toMatchObject({ starred: expect.any(String), song: [{ id, userRating: 4 }, { id: onda }] });
  const favourites = await gateway.call('GET', '/api/favourites?kind=track', { as: ada });
  expect((await favourites.json()).total).toBe(2);
  await app.ask('unstar', { id: [onda, albumId, artistId] }, { once: true });
  await app.ask('setRating', { id, rating: 0 }, { once: true });
  expect((await app.ask('getSong', { id })).song.userRating).toBeUndefined();
  expect((await app.ask('getStarred2')).starred2).toMatchObject({ album: [], artist: [], song: [{ id }] });
  expect(await app.failure('star', { id: newId() })).toBe(70);
  expect(await app.failure('setRating', { id, rating: 9 })).toBe(0);
});

test('playlists are made, changed and deleted', async () => {
  const [one, two, three] = MUSIC.map(({ title }) => song(title).id) as [string, string, string];
  const made = await app.ask('createPlaylist', { name: 'Sunday & more', songId: [one, two] }, { once: true });
  const { id } = made.playlist;
  expect(made.playlist).toMatchObject({
    name: 'Sunday & more',
    songCount: 2,
    duration: 62,
    owner: ADMIN.email,
    public: false,
  });
  const titles = async () =>
    (await app.ask('getPlaylist', { id })).playlist.entry.map((each: Answer) => each.title) as string[];
  const change = { playlistId: id, comment: 'slow', public: true, songIdToAdd: [three, one], songIndexToRemove: [0] };
  await app.ask('updatePlaylist', change, { once: true });
  expect(await titles()).toEqual(['Onda', 'Moon "light"', 'Brisa']);
  await app.ask('createPlaylist', { playlistId: id, name: 'Monday', songId: [two, one, one] }, { once: true });
  expect(await titles()).toEqual(['Onda', 'Brisa', 'Brisa']);
  const { playlists } = await app.ask('getPlaylists');
  expect(playlists.playlist).toMatchObject([
    { name: 'Monday', comment: 'slow', public: true, songCount: 3, duration: 64 },
  ]);

  const other = new SubsonicApp(gateway.url, { apiKey: (await makePassword(bob, 'Reader')).password });
  expect((await other.ask('getPlaylists')).playlists.playlist).toMatchObject([{ owner: ADMIN.name, readonly: true }]);
  expect(await other.failure('updatePlaylist', { playlistId: id, name: 'Mine' })).toBe(50);
  await app.ask('updatePlaylist', { playlistId: id, public: false }, { once: true });
  expect(await other.failure('getPlaylist', { id })).toBe(70);
  await app.ask('deletePlaylist', { id }, { once: true });
  expect(await app.failure('getPlaylist', { id })).toBe(70);
  expect(await app.failure('createPlaylist', { songId: one })).toBe(0);
});

test('smart playlists are playlists that apps can read and not change', async () => {
  const rules = {
    match: 'all',
    rules: [{ field: 'artist', op: 'is', value: 'elis regina' }],
    sort: [{ by: 'title', order: 'desc' }],
  };
  const created = await gateway.call('POST', '/api/playlists', { as: ada, body: { name: 'Elis', rules } });
  const { playlistId: id } = await created.json();
  await until('the playlist', async () => (await app.ask('getPlaylists')).playlists.playlist.length === 1);
  const shape = { id, name: 'Elis', songCount: 2, duration: 62, readonly: true };
  expect((await app.ask('getPlaylists')).playlists.playlist).toMatchObject([shape]);
  const { playlist } = await app.ask('getPlaylist', { id }, { once: true });
  expect(playlist).toMatchObject(shape);
  expect(playlist.entry.map((each: Answer) => each.title)).toEqual(['Onda', 'Brisa']);
  expect(await app.failure('updatePlaylist', { playlistId: id, songIdToAdd: song('Brisa').id })).toBe(0);
  await app.ask('deletePlaylist', { id }, { once: true });
});

test('folders are as on disk, and albums and artists are folders too', async () => {
  const { indexes } = await app.ask('getIndexes');
  const folders = indexes.index.flatMap((each: Answer) => each.artist);
  expect(folders.map((each: Answer) => each.name)).toEqual(['Elis Regina', 'The Owls']);
  const later = await app.ask('getIndexes', { ifModifiedSince: indexes.lastModified });
  expect(later.indexes.index, 'what a look in the background found is not missed').toEqual(indexes.index);
  const { directory } = await app.ask('getMusicDirectory', { id: folders[0].id });
  expect(directory.child.map((each: Answer) => [each.title, each.isDir, each.parent])).toEqual([
    ['Brisa', false, folders[0].id],
    ['Onda', false, folders[0].id],
  ]);
  const above = await app.ask('getMusicDirectory', { id: directory.parent });
  expect(above.directory.child.map((each: Answer) => [each.title, each.isDir])).toEqual([
    ['Elis Regina', true],
    ['The Owls', true],
  ]);
  const album = await app.ask('getMusicDirectory', { id: song('Brisa').albumId });
  expect(album.directory.child).toHaveLength(2);
  const artist = await app.ask('getMusicDirectory', { id: album.directory.parent });
  expect(artist.directory.child).toMatchObject([{ title: 'Mar', isDir: true }]);
  expect(await app.failure('getMusicDirectory', { id: newId() })).toBe(70);
});

test('a queue and bookmarks go from device to device', async () => {
  const [one, two] = [song('Brisa').id, song('Onda').id];
  expect((await app.ask('getPlayQueue')).playQueue.entry).toEqual([]);
  await app.ask('getPlayQueueByIndex');
  await app.ask('savePlayQueueByIndex', { id: [one, two, one], currentIndex: 2, position: 1500 }, { once: true });
  const { playQueueByIndex } = await app.ask('getPlayQueueByIndex');
  expect(playQueueByIndex).toMatchObject({ currentIndex: 2, position: 1500, changedBy: 'test' });
  expect((await app.ask('getPlayQueue')).playQueue).toMatchObject({ current: one, position: 1500 });
  await app.ask('savePlayQueue', { id: [one, two], current: two, position: 7 }, { once: true });
  expect((await app.ask('getPlayQueueByIndex')).playQueueByIndex).toMatchObject({ currentIndex: 1, position: 7 });
  expect(await app.failure('savePlayQueue', { id: [one], current: two })).toBe(0);
  expect(await app.failure('savePlayQueueByIndex', { id: [one] })).toBe(10);
  await app.ask('savePlayQueue', {}, { once: true });
  expect((await app.ask('getPlayQueue')).playQueue.entry).toEqual([]);

  await app.ask('createBookmark', { id: one, position: 5, comment: 'here' }, { once: true });
  await app.ask('createBookmark', { id: one, position: 900, comment: 'there' }, { once: true });
  const { bookmarks } = await app.ask('getBookmarks');
  expect(bookmarks.bookmark).toMatchObject([{ position: 900, comment: 'there', entry: { title: 'Brisa' } }]);
  await app.ask('deleteBookmark', { id: one }, { once: true });
  expect((await app.ask('getBookmarks')).bookmarks.bookmark).toEqual([]);
});

test('a scan is started by administrators alone', async () => {
  await app.ask('startScan', {}, { once: true });
  await until('the scan', async () => !(await app.ask('getScanStatus', {}, { once: true })).scanStatus.scanning);
  expect((await app.ask('getScanStatus')).scanStatus).toEqual({ scanning: false, count: MUSIC.length });
  const other = new SubsonicApp(gateway.url, { apiKey: (await makePassword(bob, 'Scanner')).password });
  expect(await other.failure('startScan')).toBe(50);
});

describe('what apps do, told from their sources', () => {
  const account = async (name: string) => ({
    url: gateway.url,
    userName: ADMIN.email,
    password: (await makePassword(ada, name)).password,
  });
  test('DSub', async () => expect(await dsub(await account('DSub'))).toEqual({ songs: MUSIC.length }));
  test('Tempus', async () => expect(await tempus(await account('Tempus'))).toEqual({ albums: 2 }));
  test('Amperfy', async () => expect(await amperfy(await account('Amperfy'))).toEqual({ albums: 2, artists: 2 }));

  test('subsonic-api of npm, the client itself', async () => {
    const { url, userName: username, password: secret } = await account('npm');
    for (const [post, auth] of [
      [false, { username, password: secret }],
      [true, { apiKey: secret }],
    ] as const) {
      const client = new SubsonicAPI({ url, auth, post });
      expect((await client.ping()).status).toBe('ok');
      const { artists } = await client.getArtists();
      const { artist } = await client.getArtist({ id: artists.index?.[0]?.artist?.[0]?.id ?? '' });
      const { album } = await client.getAlbum({ id: artist.album?.[0]?.id ?? '' });
      const ids = album.song?.map(({ id }) => id) ?? [];
      expect(ids).toHaveLength(2);
      const stream = await client.stream({ id: ids[0] ?? '' });
      expect((await stream.arrayBuffer()).byteLength).toBe(album.song?.[0]?.size);
      await client.scrobble({ id: ids[0] ?? '', submission: true });
      const { playlist } = await client.createPlaylist({ name: 'npm', songId: ids });
      await client.updatePlaylist({ playlistId: playlist.id, songIndexToRemove: [0] });
      expect((await client.getPlaylist({ id: playlist.id })).playlist.entry?.map(({ id }) => id)).toEqual(ids.slice(1));
      await client.deletePlaylist({ id: playlist.id });
    }
  });
});

test('every endpoint was asked, in both forms', () => {
  const failing = ['createShare', 'updateShare', 'deleteShare'];
  const files = ['getCoverArt', 'stream', 'download'];
  const expected = Object.keys(endpoints).filter((name) => ![...failing, ...files].includes(name));
  expect(
    expected.filter(
      (name) => !app.answered.has(name) && !['ping', 'tokenInfo', 'getOpenSubsonicExtensions'].includes(name),
    ),
  ).toEqual([]);
});
