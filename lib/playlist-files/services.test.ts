import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldersOf } from './contents';
import { readCsv } from './csv';
import { looser } from './looser';
import { readers } from './playlist-file';
import { readSpotifyJson } from './spotify-json';

const named = (title: string, artist: string, album: string, durationS: number | null = null) => ({
  title,
  artist,
  album,
  durationS,
  fileName: '',
  location: '',
});

describe('a table', () => {
  it('of Exportify is read, with what quotes hold', () => {
    const text =
      '\ufeff"Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Popularity"\r\n' +
      '"spotify:track:1","Say ""Hello"", World","One, Two","A,B","2001","215000","50"\r\n' +
      '"spotify:track:2","Two\nLines","","C","2002","0","1"\r\n';
    expect(readCsv(text)).toEqual({
      name: '',
      description: '',
      tracks: [named('Say "Hello", World', 'A,B', 'One, Two', 215), named('Two Lines', 'C', '')],
    });
  });

  it('of TuneMyMusic is read, with the name of the playlist', () => {
    const text =
      'Track name,Artist name,Album,Playlist name,Type,ISRC,Apple - id\n' +
      'Águas de Março,Elis Regina,Elis & Tom,Manhã,Playlist,BR123,1\nWave,Tom Jobim,Wave,Manhã,Playlist,,2\n';
    expect(readCsv(text)).toEqual({
      name: 'Manhã',
      description: '',
      tracks: [named('Águas de Março', 'Elis Regina', 'Elis & Tom'), named('Wave', 'Tom Jobim', 'Wave')],
    });
  });

  it.each([
    ['semicolons', 'title;artist;album;duration\nWave;Tom;;2:53', [named('Wave', 'Tom', '', 173)]],
    ['tabs', 'Artist\tTitle\nTom\tWave', [named('Wave', 'Tom', '')]],
    ['a quote that never ends', 'title,artist\n"Wave,Tom', [named('Wave,Tom', '', '')]],
    ['text behind quotes', 'title,artist\n"Wave" x,Tom', [named('Wave', 'Tom', '')]],
    ['short and empty rows', 'title,artist\n\nWave\n,\n', [named('Wave', '', '')]],
  ])('with %s is read', (_, text, tracks) => expect(readCsv(text).tracks).toEqual(tracks));

  it('without titles is refused', () => {
    for (const text of ['', 'a,b\n1,2', '#EXTM3U']) {
      expect(() => readCsv(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    }
  });
});

describe('an export of Spotify', () => {
  it('is read: a playlist, with local files, without podcasts', () => {
    const track = { trackName: 'Wave', artistName: 'Tom Jobim', albumName: 'Wave', trackUri: 'spotify:track:1' };
    const items = [
      { track, episode: null, localTrack: null, addedDate: '2020-01-01' },
      { track: null, episode: { episodeName: 'x' }, localTrack: null },
      { track: null, episode: null, localTrack: { uri: 'spotify:local:Elis+Regina:%C3%81guas:Tudo+bem:61' } },
    ];
    const playlist = { name: 'Manhã', lastModifiedDate: '2020-01-01', description: null, items, numberOfFollowers: 0 };
    expect(readSpotifyJson(JSON.stringify({ playlists: [playlist] }))).toEqual({
      name: 'Manhã',
      description: '',
      tracks: [named('Wave', 'Tom Jobim', 'Wave'), named('Tudo bem', 'Elis Regina', 'Águas', 61)],
    });
  });

  it('is read: what somebody liked', () => {
    const tracks = [{ artist: 'Tom Jobim', album: 'Wave', track: 'Wave', uri: 'spotify:track:1' }];
    expect(readSpotifyJson(JSON.stringify({ tracks, albums: [] })).tracks).toEqual([
      named('Wave', 'Tom Jobim', 'Wave'),
    ]);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"playlists":[]}',
    '{"playlists":[{"name":"a","items":[]},{"name":"b","items":[]}]}',
  ])('is none, or not one: %s', (text) =>
    expect(() => readSpotifyJson(text)).toThrow(expect.objectContaining({ code: 'invalid_request' })),
  );
});

it.each(['csv', 'json'] as const)(
  '%s of any text is read or refused with a reason, and takes no more than 5,000',
  (format) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '{', '[', ':'), maxLength: 60 }),
        (rest) => {
          try {
            readers[format](`title,artist${rest}`);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_request' });
          }
        },
      ),
    );
    const many = (count: number) =>
      format === 'csv'
        ? `title\n${'a\n'.repeat(count)}`
        : JSON.stringify({ tracks: Array(count).fill({ artist: 'a', album: 'a', track: 'a' }) });
    expect(readers[format](many(5_000)).tracks).toHaveLength(5_000);
    expect(() => readers[format](many(5_001))).toThrow(expect.objectContaining({ code: 'too_large' }));
  },
);

it.each([
  ['C:\\Music\\Elis\\01.mp3', ['Music', 'Elis']],
  ['../Jazz/So What.flac', ['Jazz']],
  ['file:///M%C3%BAsica/Elis/01.mp3', ['Música', 'Elis']],
  ['\\\\nas\\music\\a.mp3', ['nas', 'music']],
  ['a.mp3', []],
  ['https://radio.example/a/b.mp3', []],
  ['/1/2/3/4/5/6/7/8/a.mp3', ['3', '4', '5', '6', '7', '8']],
])('%s lies in %j', (location, folders) => expect(foldersOf(location)).toEqual(folders));

it.each([
  ['Heroes - 2017 Remaster', 'David Bowie', 'Heroes', 'David Bowie'],
  ['Imagine (Remastered 2010)', 'John Lennon', 'Imagine', 'John Lennon'],
  ['Umbrella (feat. JAY-Z)', 'Rihanna, JAY-Z', 'Umbrella', 'Rihanna'],
  ['Remaster', 'A; B', 'Remaster', 'A'],
  ['A - B - 2017 Remaster', 'A & B', 'A - B', 'A'],
])('%s by %s is looked for as %s by %s', (title, artist, less, first) => {
  expect(looser(named(title, artist, ''))).toMatchObject({ title: less, artist: first });
  expect(looser(named(less, first, ''))).toBeNull();
});

it('is through with a title made to keep a pattern busy', () => {
  const title = `a${' -'.repeat(200_000)}${' '.repeat(200_000)}remaster (`;
  expect(looser(named(title, ' '.repeat(400_000), ''))).toBeNull();
});
