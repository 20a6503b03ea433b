import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMoves, type KnownFile, type NewFile } from './moves';

const tags = { titleKey: 'wave', artistKey: 'jobim', albumKey: 'wave' };
const traits = { audioHash: 'a', size: 1000, durationS: 60, ...tags };
const path = (text: string) => text.split('/');

function file(at: string, more: Partial<NewFile> = {}): NewFile {
  return { ...traits, path: path(at), mediaKey: `/new/${at}`, ...more };
}

function known(trackId: string, at: string, more: Partial<KnownFile> = {}): KnownFile {
  return { ...traits, path: path(at), place: 'gone', trackId, ...more };
}

const cases: [string, NewFile[], KnownFile[], Record<string, string>][] = [
  ['a renamed file', [file('A/new name.mp3')], [known('1', 'A/1.mp3')], { 'A/new name.mp3': '1' }],
  ['a file in a renamed folder', [file('B/1.mp3')], [known('1', 'A/1.mp3')], { 'B/1.mp3': '1' }],
  [
    'a file that was tagged anew and renamed, which has another size',
    [file('A/x.mp3', { size: 2000, titleKey: 'onda', albumKey: 'best of' })],
    [known('1', 'A/1.mp3')],
    { 'A/x.mp3': '1' },
  ],
  ['a copy, the first file being there', [file('B/1.mp3')], [known('1', 'A/1.mp3', { place: 'there' })], {}],
  ['a copy, the disk not answering', [file('B/1.mp3')], [known('1', 'A/1.mp3', { place: 'unknown' })], {}],
  ['another sound under the old name', [file('A/1.mp3', { audioHash: 'b' })], [known('1', 'A/1.mp3')], {}],
  ['another sound beside one without a hash', [file('B/1.mp3', { audioHash: null })], [known('1', 'A/1.mp3')], {}],
  [
    'two copies of what was moved: one is the track',
    [file('B/1.mp3'), file('C/1.mp3')],
    [known('1', 'A/1.mp3')],
    { 'B/1.mp3': '1' },
  ],
  [
    'two tracks of one sound, by their albums',
    [file('X/1.mp3', { albumKey: 'best of' }), file('Y/1.mp3')],
    [known('1', 'A/1.mp3'), known('2', 'B/7.mp3', { albumKey: 'best of' })],
    { 'X/1.mp3': '2', 'Y/1.mp3': '1' },
  ],
  [
    'two tracks of one sound and the same tags, by their places',
    [file('Z/CD1/1.mp3'), file('Z/CD2/1.mp3')],
    [known('2', 'A/CD2/1.mp3'), known('1', 'A/CD1/1.mp3')],
    { 'Z/CD1/1.mp3': '1', 'Z/CD2/1.mp3': '2' },
  ],
  [
    'a folder that went away and lies, whole, elsewhere',
    [file('A/1.mp3')],
    [known('1', 'A/1.mp3', { place: 'away' })],
    { 'A/1.mp3': '1' },
  ],
  [
    'a folder that went away and lies below another now',
    [file('Old/A/1.mp3')],
    [known('1', 'A/1.mp3', { place: 'away' })],
    { 'Old/A/1.mp3': '1' },
  ],
  ['a folder above one that went away', [file('1.mp3')], [known('1', 'A/1.mp3', { place: 'away' })], { '1.mp3': '1' }],
  [
    'a copy in another place, while the disk of the first is away',
    [file('Mix/7.mp3')],
    [known('1', 'A/1.mp3', { place: 'away' })],
    {},
  ],
  [
    'one without a hash: by size, length and name',
    [file('B/1.MP3', { titleKey: 'x', artistKey: 'x' })],
    [known('1', 'A/1.mp3', { audioHash: null })],
    { 'B/1.MP3': '1' },
  ],
  [
    'one without a hash: by size, length and tags',
    [file('B/x.mp3')],
    [known('1', 'A/1.mp3', { audioHash: null })],
    { 'B/x.mp3': '1' },
  ],
  [
    'one without a hash, of another size',
    [file('B/1.mp3', { size: 1 })],
    [known('1', 'A/1.mp3', { audioHash: null })],
    {},
  ],
  [
    'one without a hash, of another length',
    [file('B/1.mp3', { durationS: 61 })],
    [known('1', 'A/1.mp3', { audioHash: null })],
    {},
  ],
  [
    'two without a hash that both fit',
    [file('B/1.mp3')],
    [known('1', 'A/1.mp3', { audioHash: null }), known('2', 'C/1.mp3', { audioHash: null })],
    {},
  ],
  ['nothing known', [file('B/1.mp3')], [], {}],
];

describe('what is the same track', () => {
  it.each(cases)('%s', (_, files, all, expected) => {
    const moves = [...findMoves(files, all)].map(([key, id]) => [key.replace('/new/', ''), id]);
    expect(Object.fromEntries(moves)).toEqual(expected);
  });

  it('gives no track two files, no file two tracks, no copy a track, and the same answer in any order', () => {
    const names = fc.constantFrom('A/1.mp3', 'A/2.mp3', 'B/1.mp3', 'C/CD1/1.mp3', '1.mp3');
    const trait = {
      audioHash: fc.constantFrom('a', 'b', null),
      size: fc.constantFrom(1, 2),
      albumKey: fc.constantFrom('x', 'y'),
    };
    const place = fc.constantFrom<KnownFile['place']>('there', 'gone', 'away', 'unknown');
    const news = fc.array(fc.tuple(names, fc.record(trait)), { maxLength: 6 });
    const olds = fc.array(fc.tuple(names, fc.record({ ...trait, place })), { maxLength: 6 });
    fc.assert(
      fc.property(news, olds, (some, others) => {
        const files = some.map(([at, more], i) => file(at, { ...more, mediaKey: `/${i}` }));
        const all = others.map(([at, more], i) => known(`track ${i}`, at, more));
        const moves = findMoves(files, all);
        expect(new Set(moves.values()).size).toBe(moves.size);
        for (const id of moves.values()) {
          expect(['gone', 'away']).toContain(all.find(({ trackId }) => trackId === id)?.place);
        }
        expect(findMoves(files.toReversed(), all.toReversed())).toEqual(moves);
      }),
      { seed: 12 },
    );
  });
});
