import { describe, expect, it } from 'vitest';
import type { Lyrics } from '@/lib/contracts/lyrics';
import { betterLyrics, lyricsOfFile, lyricsOfTags } from './sources';

const texts = (lyrics: Lyrics | null) => lyrics?.lines.map(({ text }) => text) ?? null;
const times = (lyrics: Lyrics | null) => lyrics?.lines.map(({ atMs }) => atMs) ?? null;
const sync = (syncText: { text: string; timestamp?: number }[], more: object = {}) => ({
  'ID3v2.4': [{ id: 'SYLT', value: { contentType: 1, timeStampFormat: 2, syncText, ...more } }],
});

describe('tags', () => {
  it.each([
    ['vorbis', 'LYRICS'],
    ['vorbis', 'unsyncedlyrics'],
    ['iTunes', '©lyr'],
    ['iTunes', '----:com.apple.iTunes:LYRICS'],
    ['ID3v2.3', 'TXXX:SYNCEDLYRICS'],
    ['APEv2', 'Lyrics'],
  ])('of %s are called %s', (kind, id) => {
    const found = lyricsOfTags({
      [kind]: [
        { id: 'TITLE', value: 'x' },
        { id, value: '[00:01.00][00:03.00]a\n[00:02.00]b' },
      ],
    });
    expect([texts(found), times(found)]).toEqual([
      ['a', 'b', 'a'],
      [1000, 2000, 3000],
    ]);
  });

  it('of ID3v2 have a language beside the text', () => {
    const value = { language: 'eng', descriptor: '', text: 'a\nb' };
    expect(texts(lyricsOfTags({ 'ID3v2.3': [{ id: 'USLT', value }] }))).toEqual(['a', 'b']);
  });

  it('are synced in preference, and else the first that have words', () => {
    const [empty, first, second] = ['', 'first', 'second'].map((value) => ({ id: 'LYRICS', value }));
    const timed = { id: 'LYRICS', value: '[00:01.00]timed\n[00:02.00]too' };
    expect(texts(lyricsOfTags({ vorbis: [empty, first, second] as never }))).toEqual(['first']);
    expect(texts(lyricsOfTags({ vorbis: [first, timed] as never }))).toEqual(['timed', 'too']);
    expect(lyricsOfTags({ vorbis: [{ id: 'COMMENT', value: 'no lyrics' }] })).toBeNull();
  });

  it('that are damaged are none', () => {
    const broken = [null, 7, {}, { text: 7 }, new Uint8Array(3), ['a']].map((value) => ({ id: 'LYRICS', value }));
    expect(lyricsOfTags({ vorbis: broken as never })).toBeNull();
  });

  it('in Latin-1 that are UTF-8 are repaired', () => {
    expect(texts(lyricsOfTags({ RIFF: [{ id: 'LYRICS', value: 'TÃ¡bua' }] }))).toEqual(['Tábua']);
  });
});

describe('synchronised text of ID3v2', () => {
  const lines = [
    { text: 'b', timestamp: 2000 },
    { text: 'a', timestamp: 1000 },
  ];
  it('has a line for each entry', () => {
    const found = lyricsOfTags(sync(lines));
    expect([texts(found), times(found)]).toEqual([
      ['a', 'b'],
      [1000, 2000],
    ]);
  });

  it('or syllables, with a line break before each line', () => {
    const found = lyricsOfTags(
      sync([
        { text: 'Strang', timestamp: 0 },
        { text: 'ers ', timestamp: 300 },
        { text: 'in', timestamp: 600 },
        { text: '\nthe ', timestamp: 900 },
        { text: 'night', timestamp: 1200 },
      ]),
    );
    expect([texts(found), times(found)]).toEqual([
      ['Strangers in', 'the night'],
      [0, 900],
    ]);
  });

  it('counted in MPEG frames has no times', () => {
    expect(lyricsOfTags(sync(lines, { timeStampFormat: 1 }))).toMatchObject({
      synced: false,
      lines: [{ atMs: null }, {}],
    });
  });

  it('may be chords or trivia instead of words', () => {
    expect(lyricsOfTags(sync(lines, { contentType: 5 }))).toBeNull();
  });
});

describe('a file', () => {
  const text = '[00:01.00]Março\n[00:02.00]b';
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, little-endian', utf16],
    ['UTF-16, big-endian', Buffer.from(utf16).swap16()],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('in %s', (_, bytes) => expect(texts(lyricsOfFile(bytes))).toEqual(['Março', 'b']));
});

describe('of a file and tags', () => {
  const of = (synced: boolean): Lyrics => ({ synced, lines: [{ atMs: synced ? 0 : null, text: 'a' }] });
  const [timed, plain] = [of(true), of(false)];
  it.each([
    ['the file', timed, of(true), 'file'],
    ['the file', plain, of(false), 'file'],
    ['what is synced', plain, of(true), 'tags'],
    ['what is synced', timed, of(false), 'file'],
    ['what there is', null, of(false), 'tags'],
    ['what there is', plain, null, 'file'],
  ])('%s is taken', (_, file, tags, from) => expect(betterLyrics(file, tags)).toBe(from === 'file' ? file : tags));
});
