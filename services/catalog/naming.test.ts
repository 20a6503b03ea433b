import { describe, expect, it } from 'vitest';
import { commonArtist, nameFile, UNKNOWN_ARTIST, VARIOUS_ARTISTS } from './naming';

const at = (...path: string[]) => [path, `/${path.slice(0, -1).join('/')}`] as const;

describe('nameFile', () => {
  it('takes what the tags say', () => {
    const names = nameFile(
      {
        title: 'Construção',
        artist: 'Chico Buarque',
        album: 'Construção',
        albumArtist: 'Chico Buarque',
        trackNo: 4,
        discNo: 1,
        year: 1971,
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

  it('tells albums of one name apart by artist, or by folder where no artist is named', () => {
    const hits = (albumArtist: string | undefined, folder: string) =>
      nameFile({ album: 'Hits', artist: 'x', albumArtist }, ...at('Music', folder, 'a.mp3')).albumGroup;
    expect(hits('Abba', 'a')).toBe(hits('ABBA', 'b'));
    expect(hits('Abba', 'a')).not.toBe(hits('Queen', 'a'));
    expect(hits(undefined, 'a')).not.toBe(hits(undefined, 'b'));
  });

  it('files a compilation under Various Artists', () => {
    expect(nameFile({ album: 'Now', artist: 'x', compilation: true }, ...at('Music', 'a.mp3'))).toMatchObject({
      artist: 'x',
      credits: [{ name: 'x' }, { role: 'albumArtist', name: VARIOUS_ARTISTS }],
      albumArtistGuessed: false,
    });
  });

  it('drops numbers that cannot be', () => {
    expect(nameFile({ trackNo: 0, year: 1e9, discNo: 1.5 }, ...at('Music', 'a.mp3'))).toMatchObject({
      trackNo: null,
      year: null,
      discNo: null,
    });
  });
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
