/**
 * What apps ask one after the other when they sign in, copy the library and play, told from their public sources: the same endpoints,
 * parameters, ways of signing in and forms, and what of the answers they cannot do without. It is not the apps themselves.
 */
import { createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { expect } from 'vitest';
import { type Answer, query } from './subsonic';

export interface AppAccount {
  url: string;
  userName: string;
  password: string;
}

const xml = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const many = (node: unknown): Answer[] => (node === undefined ? [] : ([node].flat() as Answer[]));

/** DSub (Android): XML, every address with `.view`, parameters in a form, passwords in hexadecimal before it knows the server's version. */
export async function dsub({ url, userName, password }: AppAccount): Promise<{ songs: number }> {
  const hexadecimal = { u: userName, p: `enc:${Buffer.from(password).toString('hex')}` };
  const salt = '8vh3k1';
  const token = { u: userName, s: salt, t: md5(password + salt) };
  let credentials: Record<string, string> = hexadecimal;
  const ask = async (name: string, params: Parameters<typeof query>[0] = {}): Promise<Answer> => {
    const address = `${url}/rest/${name}.view?${query({ ...credentials, v: '1.2.0', c: 'DSub' })}`;
    const form = Object.keys(params).length > 0;
    const response = await fetch(address, form ? { method: 'POST', body: query(params) } : {});
    const answer = xml.parse(await response.text())['subsonic-response'];
    expect(answer.status, name).toBe('ok');
    return answer;
  };
  const { version } = await ask('ping');
  expect(version >= '1.13').toBe(true);
  credentials = token;
  expect((await ask('getLicense')).license.valid).toBe('true');
  const [folder] = many((await ask('getMusicFolders')).musicFolders.musicFolder);
  expect((await ask('getUser', { username: userName })).user.downloadRole).toBe('true');
  const { indexes } = await ask('getIndexes', { musicFolderId: folder?.id, ifModifiedSince: 0 });
  let songs = 0;
  for (const artist of many(indexes.index).flatMap(({ artist: of }) => many(of))) {
    const { directory } = await ask('getMusicDirectory', { id: artist.id });
    songs += many(directory.child).filter(({ isDir }) => isDir === 'false').length;
  }
  const lists = await ask('getAlbumList', { type: 'newest', size: 20, offset: 0, musicFolderId: folder?.id });
  const [album] = many(lists.albumList.album);
  const { directory } = await ask('getMusicDirectory', { id: album?.id });
  const [song] = many(directory.child);
  await ask('search2', { query: `${song?.title}*`, artistCount: 10, albumCount: 10, songCount: 10 });
  const stream = await fetch(
    `${url}/rest/stream.view?${query({ ...credentials, v: '1.2.0', c: 'DSub', id: song?.id, maxBitRate: 0 })}`,
    { headers: { range: 'bytes=0-' } },
  );
  expect([stream.status, (await stream.arrayBuffer()).byteLength]).toEqual([206, Number(song?.size)]);
  await ask('scrobble', { id: song?.id, submission: false });
  await ask('scrobble', { id: song?.id, submission: true });
  await ask('createPlaylist', { name: 'DSub', songId: [song?.id, song?.id] });
  const [playlist] = many((await ask('getPlaylists')).playlists.playlist).filter(({ name }) => name === 'DSub');
  await ask('updatePlaylist', { playlistId: playlist?.id, songIndexToRemove: [0] });
  expect(many((await ask('getPlaylist', { id: playlist?.id })).playlist.entry)).toHaveLength(1);
  await ask('deletePlaylist', { id: playlist?.id });
  return { songs };
}

/** Tempus (Android): JSON, addresses without `.view`, a salted token; a home page of many lists at once. */
export async function tempus({ url, userName, password }: AppAccount): Promise<{ albums: number }> {
  const salt = 'c2b1';
  const always = { u: userName, t: md5(password + salt), s: salt, v: '1.15.0', c: 'Tempus', f: 'json' };
  const ask = async (name: string, params: Parameters<typeof query>[0] = {}): Promise<Answer> => {
    const response = await fetch(`${url}/rest/${name}?${query({ ...always, ...params })}`);
    const answer = (await response.json())['subsonic-response'];
    expect(answer.status, name).toBe('ok');
    return answer;
  };
  await ask('ping');
  const { openSubsonicExtensions } = await ask('getOpenSubsonicExtensions');
  expect(openSubsonicExtensions.map(({ name }: Answer) => name)).toContain('songLyrics');
  const year = new Date().getFullYear();
  const [random, newest, oldest] = await Promise.all([
    ask('getRandomSongs', { size: 10 }),
    ask('getAlbumList2', { type: 'newest', size: 20, offset: 0 }),
    ask('getAlbumList2', { type: 'byYear', size: 1, offset: 0, fromYear: 1900, toYear: year }),
    ask('getAlbumList2', { type: 'recent', size: 20, offset: 0 }),
    ask('getAlbumList2', { type: 'frequent', size: 20, offset: 0 }),
    ask('getStarred2'),
    ask('getPlaylists'),
    ask('getPodcasts', { includeEpisodes: false }),
    ask('getInternetRadioStations'),
  ]);
  expect(oldest.albumList2.album[0].year).toBeGreaterThan(1900);
  const [song] = random.randomSongs.song;
  for (const id of [newest.albumList2.album[0].coverArt, song.coverArt]) {
    await (await fetch(`${url}/rest/getCoverArt?${query({ ...always, id, size: 300 })}`)).arrayBuffer();
  }
  let albums = 0;
  for (let offset = 0; ; offset += 1) {
    const page = await ask('getAlbumList2', { type: 'alphabeticalByName', size: 1, offset });
    if (page.albumList2.album.length === 0) break;
    albums += 1;
    await ask('getAlbum', { id: page.albumList2.album[0].id });
  }
  await ask('search3', {
    query: '',
    songCount: 500,
    songOffset: 0,
    albumCount: 0,
    albumOffset: 0,
    artistCount: 0,
    artistOffset: 0,
  });
  await ask('getLyricsBySongId', { id: song.id });
  await ask('savePlayQueue', { id: [song.id], current: song.id, position: 1000 });
  expect((await ask('getPlayQueue')).playQueue.current).toBe(song.id);
  await ask('scrobble', { id: song.id, submission: false });
  const stream = await fetch(`${url}/rest/stream?${query({ ...always, id: song.id })}`);
  expect(stream.headers.get('content-length')).toBe(String(song.size));
  await stream.arrayBuffer();
  await ask('scrobble', { id: song.id, submission: true });
  return { albums };
}

/** Amperfy (iPhone): XML by GET with `.view`; copies genres, artists, albums and playlists before it shows anything. */
export async function amperfy({ url, userName, password }: AppAccount): Promise<{ albums: number; artists: number }> {
  const salt = 'af21c';
  const always = { u: userName, v: '1.16.1', c: 'Amperfy', t: md5(password + salt), s: salt };
  const ask = async (name: string, params: Parameters<typeof query>[0] = {}): Promise<Answer> => {
    const answer = xml.parse(await (await fetch(`${url}/rest/${name}.view?${query({ ...always, ...params })}`)).text());
    expect(answer['subsonic-response'].status, name).toBe('ok');
    return answer['subsonic-response'];
  };
  await ask('ping');
  await ask('getOpenSubsonicExtensions');
  await ask('getGenres');
  const { artists: index } = await ask('getArtists');
  const artists = many(index.index).flatMap(({ artist }) => many(artist));
  const pages = await Promise.all(
    [0, 500].map((offset) => ask('getAlbumList2', { type: 'alphabeticalByName', size: 500, offset })),
  );
  const albums = pages.flatMap(({ albumList2 }) => many(albumList2?.album));
  await ask('getPlaylists');
  await ask('getPodcasts', { includeEpisodes: false });
  for (const { id } of artists) await ask('getArtist', { id });
  const { album } = await ask('getAlbum', { id: albums[0]?.id });
  const [song] = many(album.song);
  await ask('getSong', { id: song?.id });
  for (const format of ['raw', 'mp3']) {
    const stream = await fetch(`${url}/rest/stream.view?${query({ ...always, id: song?.id, format })}`);
    expect(stream.headers.get('content-type'), format).toBe('audio/mpeg');
    await stream.arrayBuffer();
  }
  await ask('scrobble', { id: song?.id, time: Date.now() - 5_000, submission: true });
  await ask('getSimilarSongs2', { id: song?.id, count: 20 });
  return { albums: albums.length, artists: artists.length };
}
