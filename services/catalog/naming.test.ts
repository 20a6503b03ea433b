import { describe, expect, it } from 'vitest';
import { commonArtist, nameFile, UNKNOWN_ARTIST, VARIOUS_ARTISTS } from './naming';

const by = (...values: string[]) => ({ shown: values.join(', '), values });
const at = (...path: string[]) => [path, `/${path.slice(0, -1).join('/')}`] as const;

describe('nameFile', () => {
  it('takes what the tags say', () => {
    const names = nameFile(
      {
        title: 'Construção',
        artist: by('Chico Buarque'),
        album: 'Construção',
        albumArtist: by('Chico Buarque'),
        trackNo: 4,
        discNo: 1,
        date: '1971',
      },
      ...at('Music', 'x.mp3'),
    );
    expect(names).toMatchObject({
      title: 'Construção',
      artist: 'Chico Buarque',
      credits: [
        { role: 'artist', name: 'Chico Buarque' },
        { role: 'albumArtist', name: 'Chico Buarque' },
      ],
      album: { title: 'Construção', releaseDate: '1971' },
      albumGroup: expect.stringMatching(/^[\w-]{43}$/),
      albumArtistGuessed: false,
      trackNo: 4,
      discNo: 1,
      year: 1971,
    });
  });

  it.each([
    ['01 - Wave.flac', 'Wave', 1],
    ['07. Wave.flac', 'Wave', 7],
    ['2-11 Wave.flac', 'Wave', 11],
    ['(03) Wave.flac', 'Wave', 3],
    ['Wave.flac', 'Wave', null],
    ['99.mp3', '99', null],
    ['1979.mp3', '1979', null],
    ['12_some_name.mp3', 'some name', 12],
    ['.mp3', '.mp3', null],
  ])('names %s by its file name', (file, title, trackNo) => {
    expect(nameFile({}, ...at('Music', 'Jobim', 'Wave', file))).toMatchObject({
      title,
      trackNo,
      artist: 'Jobim',
      album: { title: 'Wave' },
    });
  });

  it('reads artist and title out of a file name', () => {
    expect(nameFile({}, ...at('Music', '05 - Elza Soares - Malandro.mp3'))).toMatchObject({
      artist: 'Elza Soares',
      title: 'Malandro',
      album: { title: 'Music' },
      trackNo: 5,
    });
  });

  it('never leaves a name empty', () => {
    expect(nameFile({ title: ' \0 ' }, ...at('Music', 'x.mp3'))).toMatchObject({ title: 'x', artist: UNKNOWN_ARTIST });
  });

  it('takes folders of discs as one album', () => {
    const one = nameFile({}, ...at('Music', 'A', 'Album', 'CD 1', '1 a.mp3'));
    const two = nameFile({}, ...at('Music', 'A', 'Album', 'Disc2', '1 b.mp3'));
    expect(one).toMatchObject({ album: { title: 'Album' }, artist: 'A', discNo: 1 });
    expect(two).toMatchObject({ album: { title: 'Album' }, artist: 'A', discNo: 2 });
    expect(one.albumGroup).toBe(two.albumGroup);
  });

  it('takes files of one folder as one album, if they name the same title, artists and release', () => {
    const hits = (albumArtist: string | undefined, folder: string, releaseMbid?: string) =>
      nameFile(
        {
          album: 'Hits',
          artist: by('x'),
          albumArtist: albumArtist === undefined ? undefined : by(albumArtist),
          releaseMbid,
        },
        ...at('Music', folder, 'a.mp3'),
      ).albumGroup;
    expect(hits('Abba', 'a')).toBe(hits('ABBA', 'a'));
    expect(hits('Abba', 'a')).not.toBe(hits('Abba', 'b'));
    expect(hits('Abba', 'a')).not.toBe(hits('Queen', 'a'));
    expect(hits('Abba', 'a')).not.toBe(hits(undefined, 'a'));
    expect(hits('Abba', 'a')).not.toBe(hits('Abba', 'a', '10000000-0000-4000-8000-000000000000'));
  });

  it('files a compilation under Various Artists', () => {
    expect(nameFile({ album: 'Now', artist: by('x'), compilation: true }, ...at('Music', 'a.mp3'))).toMatchObject({
      artist: 'x',
      credits: [{ name: 'x' }, { role: 'albumArtist', name: VARIOUS_ARTISTS }],
      albumArtistGuessed: false,
    });
  });

  it('drops numbers that cannot be', () => {
    expect(nameFile({ trackNo: 0, date: '0000', discNo: 1.5, bpm: 1e6 }, ...at('Music', 'a.mp3'))).toMatchObject({
      trackNo: null,
      year: null,
      discNo: null,
      bpm: null,
    });
  });
});

describe('artists', () => {
  const credits = (tags: Parameters<typeof nameFile>[0]) => {
    const names = nameFile(tags, ...at('Music', 'a.mp3'));
    return [names.artist, ...names.credits.filter(({ role }) => role === 'artist').map(({ name }) => name)];
  };
  const mbidOf = (n: number) => `${n}0000000-0000-4000-8000-000000000000`;

  it.each([
    [by('A feat. B'), ['A feat. B', 'A', 'B']],
    [by('A; B'), ['A, B', 'A', 'B']],
    [by('A', 'B'), ['A, B', 'A', 'B']],
    [{ shown: 'A', values: ['A', 'a'] }, ['A', 'A']],
    [{ shown: 'A & B', values: ['A', 'B'] }, ['A & B', 'A', 'B']],
    // The tag of all names holds more than what is printed.
    [{ shown: 'A', values: ['A', 'B'] }, ['A, B', 'A', 'B']],
    [by('AC/DC'), ['AC/DC', 'AC/DC']],
    [by('VA'), [VARIOUS_ARTISTS, VARIOUS_ARTISTS]],
    [by('\u200b'), [UNKNOWN_ARTIST, UNKNOWN_ARTIST]],
  ])('%j', (artist, expected) => expect(credits({ artist })).toEqual(expected));

  it('get ids and sort names where there are as many of them as of names', () => {
    const of = (mbids: string[], sortNames: string[]) =>
      nameFile({ artist: { ...by('The A feat. B'), mbids, sortNames } }, ...at('Music', 'a.mp3')).credits;
    expect(of([`${mbidOf(1)}/${mbidOf(2)}`], ['A, The; B'])).toMatchObject([
      { name: 'The A', mbid: mbidOf(1), sortName: 'A, The' },
      { name: 'B', mbid: mbidOf(2), sortName: 'B' },
    ]);
    expect(of([mbidOf(1)], ['A, The'])).toMatchObject([
      { mbid: null, sortName: null },
      { mbid: null, sortName: null },
    ]);
    expect(of(['x', mbidOf(2)], [])).toMatchObject([{ mbid: null }, { mbid: null }]);
  });

  it('of other roles are kept in their order, once each, and of an album of many', () => {
    const others = [
      { role: 'composer' as const, name: 'X; Y' },
      { role: 'composer' as const, name: 'x' },
      { role: 'performer' as const, name: 'Z', detail: 'guitar' },
      { role: 'performer' as const, name: 'Z', detail: 'voice' },
    ];
    const { credits } = nameFile({ artist: by('A'), others }, ...at('Music', 'a.mp3'));
    expect(credits.map(({ role, name, detail }) => [role, name, detail])).toEqual([
      ['artist', 'A', null],
      ['composer', 'X', null],
      ['composer', 'Y', null],
      ['performer', 'Z', 'guitar'],
      ['performer', 'Z', 'voice'],
    ]);
  });

  it('take no more room than a track needs', () => {
    const others = Array.from({ length: 5_000 }, (_, i) => ({ role: 'performer' as const, name: `P${i}` }));
    const names = nameFile({ artist: by('A'), others, genres: Array(500).fill('x;y;z') }, ...at('Music', 'a.mp3'));
    expect(names.credits.length).toBeLessThanOrEqual(100);
    expect(names.genres).toEqual(['x', 'y', 'z']);
  });
});

it.each([
  ['1974', '1974', 1974],
  ['1974-8-2', '1974-08-02', 1974],
  ['1974.08', '1974-08', 1974],
  ['19740802', '1974-08-02', 1974],
  ['1974-08-02T00:00:00Z', '1974-08-02', 1974],
  ['1974-13-45', '1974', 1974],
  ['1974-00-00', '1974', 1974],
  ['02/08/1974', '1974', 1974],
  ['℗ 1974 Philips', '1974', 1974],
  ['0000', null, null],
  ['soon', null, null],
])('the date %s', (written, releaseDate, year) => {
  expect(nameFile({ date: written }, ...at('Music', 'a.mp3'))).toMatchObject({ album: { releaseDate }, year });
});

it('a title that shows nothing is the name of the file', () => {
  for (const title of ['\u200b', '\ufeff \u00ad', '\u2800'])
    expect(nameFile({ title }, ...at('Music', '03 - Wave.mp3')).title).toBe('Wave');
  expect(nameFile({ title: 'क्\u200dष 👨\u200d👩' }, ...at('Music', 'a.mp3')).title).toBe('क्\u200dष 👨\u200d👩');
});

it.each([
  ['Disc 01 (Birth)', 1, 'Birth'],
  ['Disc 02 (Live)', 2, 'Live'],
  ['CD2 - Live', 2, 'Live'],
  ['cd_3', 3, null],
  ['Disco 1: Nascimento', 1, 'Nascimento'],
])('the folder %s is a disc', (folder, discNo, discSubtitle) => {
  const disc = nameFile({ album: 'Album' }, ...at('Music', 'A', 'Album', folder, '1 a.mp3'));
  expect(disc).toMatchObject({ discNo, discSubtitle });
  expect(disc.albumGroup).toBe(nameFile({ album: 'Album' }, ...at('Music', 'A', 'Album', 'CD9', '1 b.mp3')).albumGroup);
});

it.each([
  ['The Wall (Disc 1)', 'The Wall'],
  ['The Wall CD2', 'The Wall'],
  ['The Wall - Disco 02', 'The Wall'],
  ['Live [disc 1]', 'Live'],
  ['Now Vol 2', 'Now Vol 2'],
  ['CD1', 'CD1'],
  ['Discovery 2', 'Discovery 2'],
])('an album lies in %s as in %s', (folder, expected) => {
  expect(nameFile({ album: 'x' }, ['Music', folder, 'a.mp3'], `/Music/${folder}`).album.folder).toBe(
    folder === 'CD1' ? '/Music' : `/Music/${expected}`,
  );
});

describe('commonArtist', () => {
  it.each([
    [['Tom Zé', 'TOM ZE'], 'Tom Zé'],
    [['Jay', 'Jay feat. Kay', 'Jay ft. Ell', 'Jay (with Em)'], 'Jay'],
    [['A', 'B'], VARIOUS_ARTISTS],
    [['Earth, Wind & Fire feat. X', 'Earth, Wind & Fire'], 'Earth, Wind & Fire'],
    [['Jorge & Gil', 'Jorge'], 'Jorge'],
    [[], VARIOUS_ARTISTS],
  ])('%j is of %s', (artists, expected) => expect(commonArtist(artists)).toBe(expected));
});
