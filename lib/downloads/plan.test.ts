import { expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { albumArchive, playlistArchive, trackFileName } from './plan';

type Song = Parameters<typeof trackFileName>[0];
const song = (part: Partial<Song>): Song => ({
  ...someTrack({}),
  discSubtitle: null,
  size: 1,
  fileName: 'a.MP3',
  ...part,
});
const paths = ({ entries }: { entries: { path: string }[] }) => entries.map(({ path }) => path);

it('an album is a folder of numbered files', () => {
  const songs = [
    song({ title: 'Água / Fogo', trackNo: 1 }),
    song({ title: '日和', trackNo: 12, fileName: 'x.flac' }),
    song({ title: 'hidden', trackNo: null, fileName: 'noending' }),
  ];
  const archive = albumArchive({ title: 'Mar', artist: 'AC/DC' }, songs);
  expect(archive.name).toBe('AC_DC - Mar.zip');
  expect(paths(archive)).toEqual(['AC_DC - Mar/01 Água _ Fogo.mp3', 'AC_DC - Mar/12 日和.flac', 'AC_DC - Mar/hidden']);
});

it('several discs are folders, with their subtitles', () => {
  const songs = [
    song({ title: 'a', trackNo: 1, discNo: 1, discSubtitle: 'Birth' }),
    song({ title: 'b', trackNo: 1, discNo: 2 }),
  ];
  expect(paths(albumArchive({ title: 'T', artist: 'A' }, songs))).toEqual([
    'A - T/Disc 1 - Birth/01 a.mp3',
    'A - T/Disc 2/01 b.mp3',
  ]);
});

it('a playlist keeps its order, also of a track that is there twice', () => {
  const songs = Array.from({ length: 101 }, (_, n) => song({ title: `t${n % 2}`, artist: 'A' }));
  const all = paths(playlistArchive({ name: 'Mine..' }, songs));
  expect(all.slice(0, 3)).toEqual(['Mine/001 A - t0.mp3', 'Mine/002 A - t1.mp3', 'Mine/003 A - t0.mp3']);
  expect(all).toHaveLength(101);
});

it('what is not there is left out, and the numbers stay', () => {
  const songs = [
    song({ title: 'a' }),
    song({ title: 'b', withdrawn: true }),
    song({ title: 'c', missing: true }),
    song({ title: 'd' }),
  ];
  expect(paths(playlistArchive({ name: 'P' }, songs))).toEqual(['P/01 Somebody - a.mp3', 'P/04 Somebody - d.mp3']);
});

it('no name leads out of the archive', () => {
  const songs = [song({ title: '../../x', artist: '..', trackNo: 1, fileName: 'x.mp3/../../y' })];
  for (const path of [
    ...paths(albumArchive({ title: '../..', artist: '/' }, songs)),
    ...paths(playlistArchive({ name: '../../root' }, songs)),
  ]) {
    expect(path.split('/').filter((part) => part === '..' || part === '')).toEqual([]);
    expect(path.split('/')).toHaveLength(2);
  }
  expect(trackFileName(song({ title: 'a/b' }))).toBe('Somebody - a_b.mp3');
});
