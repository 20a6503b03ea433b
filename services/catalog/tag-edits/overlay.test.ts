import { describe, expect, it } from 'vitest';
import { TAG_FIELDS, type TagEdits, tagValues } from '@/lib/contracts/tag-edits';
import { nameFile } from '../naming';
import type { Tags } from '../tag-values';
import { isSame, keepable, pick, undo, valuesOf, withEdits } from './overlay';

const RELEASE = 'aaaaaaaa-0000-4000-8000-000000000001';
const tags: Tags = {
  title: 'Wave',
  artist: { shown: 'A feat. B', values: ['A feat. B'], sortNames: ['A, The'], mbids: [] },
  albumArtist: { shown: 'A', values: ['A'] },
  album: 'Mar',
  others: [
    { role: 'composer', name: 'C; D' },
    { role: 'producer', name: 'P' },
  ],
  genres: ['Rock; Pop'],
  date: '1974-08-02',
  trackNo: 3,
  comment: 'as it is',
  releaseMbid: RELEASE,
};
const PATH = ['Music', 'A', 'Mar', '03 Wave.mp3'];
const named = (edits: TagEdits, of = tags) => nameFile(withEdits(of, edits), PATH, '/Music/A/Mar');
const values = (edits: TagEdits) => valuesOf(named(edits));

describe('edited fields', () => {
  it('leave the others as the file has them', () => {
    const before = valuesOf(nameFile(tags, PATH, '/Music/A/Mar'));
    expect(values({})).toEqual(before);
    expect(values({ title: 'Onda' })).toEqual({ ...before, title: 'Onda' });
    expect(tagValues.parse(before)).toEqual(before);
  });

  it('are names as they are written: nothing splits them', () => {
    expect(values({ artists: ['X; Y', 'Z feat. W'], genres: ['a/b', 'c; d'], composers: ['E; F'] })).toMatchObject({
      artists: ['X; Y', 'Z feat. W'],
      artistCredit: 'X; Y, Z feat. W',
      genres: ['a/b', 'c; d'],
      composers: ['E; F'],
    });
    expect(named({ composers: ['E'] }).credits).toContainEqual(
      expect.objectContaining({ role: 'producer', name: 'P' }),
    );
    expect(values({ artists: ['A', 'B'], artistCredit: 'Both of them' }).artistCredit).toBe('Both of them');
    expect(values({ artistCredit: 'A and friends' })).toMatchObject({
      artists: ['A', 'B'],
      artistCredit: 'A and friends',
    });
    expect(values({ artists: ['X', 'Y'], artistSort: ['X; the', 'Y'] }).artistSort).toEqual(['X; the', 'Y']);
  });

  it('may say that there is none, as though the file had no such tag', () => {
    expect(
      values({ title: null, genres: null, date: null, comment: null, composers: null, artists: null }),
    ).toMatchObject({
      title: 'Wave',
      genres: null,
      date: null,
      comment: null,
      composers: null,
      // Of the album artist, as an import would.
      artists: ['A'],
    });
    expect(named({ date: null }).year).toBeNull();
    expect(named({ albumArtists: null }).albumArtistGuessed).toBe(true);
  });

  it('make another album of another title or artist, whatever release the file names', () => {
    const groupOf = (edits: TagEdits) => named(edits).albumGroup;
    const of = groupOf({});
    expect(groupOf({ title: 'Onda', album: 'MAR', albumArtists: ['a'] })).toBe(of);
    expect(groupOf({ album: 'Terra' })).not.toBe(of);
    expect(groupOf({ albumArtists: ['Z'] })).not.toBe(of);
    const plain = nameFile({ ...tags, releaseMbid: undefined, album: 'Terra' }, PATH, '/Music/A/Mar');
    expect(groupOf({ album: 'Terra' })).toBe(plain.albumGroup);
    expect(named({ compilation: true, albumArtists: null }).album.artists).toEqual(['Various Artists']);
  });
});

describe('undo', () => {
  const title = { before: {}, after: { title: 'b' } };
  it.each<[string, TagEdits, Parameters<typeof undo>[2], ReturnType<typeof undo>]>([
    ['a first edit', { title: 'b', label: 'x' }, title, { edits: { label: 'x' }, kept: [] }],
    [
      'a later edit',
      { title: 'c' },
      { before: { title: 'b' }, after: { title: 'c' } },
      { edits: { title: 'b' }, kept: [] },
    ],
    ['what was edited again', { title: 'c' }, title, { edits: { title: 'c' }, kept: ['title'] }],
    ['what was given back since', {}, title, { edits: {}, kept: ['title'] }],
    ['a return to the file', {}, { before: { title: null }, after: {} }, { edits: { title: null }, kept: [] }],
  ])('takes back %s', (_, now, edit, after) => {
    expect(undo(now, ['title'], edit)).toEqual(after);
  });

  it('is the way back of any edit, and its own', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const some = (): TagEdits =>
      Object.fromEntries(
        TAG_FIELDS.flatMap((field) => (random(3) === 0 ? [[field, [null, 'a', 'b'][random(3)]]] : [])),
      ) as TagEdits;
    for (let n = 0; n < 300; n++) {
      const [before, set] = [some(), some()];
      const fields = TAG_FIELDS.filter(() => random(2) === 0);
      const after = {
        ...pick(
          before,
          TAG_FIELDS.filter((field) => !fields.includes(field)),
        ),
        ...pick(set, fields),
      };
      const back = undo(after, fields, { before, after });
      expect(TAG_FIELDS.every((field) => isSame(field, back.edits, before))).toBe(true);
      const again = undo(back.edits, fields, { before: after, after: back.edits });
      expect(TAG_FIELDS.every((field) => isSame(field, again.edits, after))).toBe(true);
    }
  });
});

it('keeps of tags what the database takes', () => {
  const odd: Tags = {
    title: 'a\0b\ud800',
    comment: 'x'.repeat(50_000),
    bpm: Number.NaN,
    genres: Array(900).fill('y'),
    trackNo: undefined,
  };
  const kept = keepable(odd);
  expect(kept.title).toBe('a b\ufffd');
  expect(kept.comment?.length).toBeLessThan(5_000);
  expect(kept.genres?.length).toBeLessThan(500);
  expect(kept.bpm).toBeUndefined();
  expect(keepable(tags)).toEqual(tags);
});
