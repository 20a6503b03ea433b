import { describe, expect, it } from 'vitest';
import { readNsp } from './nsp';

const rulesOf = (file: object) => readNsp(JSON.stringify(file)).rules;
const refusal = (text: string) => {
  try {
    readNsp(text);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe('a smart playlist of Navidrome', () => {
  it('is read with groups, order and limit', () => {
    const text = `\ufeff${JSON.stringify({
      name: '80s Top',
      comment: 'the best',
      all: [
        { any: [{ is: { loved: true } }, { gt: { rating: 3 } }] },
        { inTheRange: { year: [1981, 1990] } },
        { notInTheLast: { lastPlayed: 30 } },
        { contains: { AlbumArtist: 'Elis' } },
      ],
      sort: '-playcount, title',
      order: 'asc',
      limit: 25,
      public: true,
    })}`;
    expect(readNsp(text)).toEqual({
      name: '80s Top',
      description: 'the best',
      rules: {
        match: 'all',
        rules: [
          {
            match: 'any',
            rules: [
              { field: 'loved', op: 'is', value: true },
              { field: 'rating', op: 'gt', value: 3 },
            ],
          },
          { field: 'year', op: 'inTheRange', value: [1981, 1990] },
          { field: 'lastPlayed', op: 'notInTheLast', value: 30 },
          { field: 'albumArtist', op: 'contains', value: 'Elis' },
        ],
        sort: [
          { by: 'playCount', order: 'desc' },
          { by: 'title', order: 'asc' },
        ],
        limit: 25,
      },
    });
  });

  it.each([
    [{ isNot: { loved: true } }, { field: 'loved', op: 'is', value: false }],
    [{ is: { compilation: 'true' } }, { field: 'compilation', op: 'is', value: true }],
    [{ isMissing: { genre: true } }, { field: 'genre', op: 'isMissing', value: null }],
    [{ isMissing: { genre: false } }, { field: 'genre', op: 'isPresent', value: null }],
    [{ isPresent: { bpm: true } }, { field: 'bpm', op: 'isPresent', value: null }],
    [{ is: { year: '1974' } }, { field: 'year', op: 'is', value: 1974 }],
    [{ is: { title: 1999 } }, { field: 'title', op: 'is', value: '1999' }],
    [{ lt: { size: 5_000_000 } }, { field: 'size', op: 'lt', value: 5 }],
    [{ before: { dateAdded: '2024-01-01' } }, { field: 'addedAt', op: 'before', value: '2024-01-01' }],
    [{ inTheLast: { dateLoved: '7' } }, { field: 'lovedAt', op: 'inTheLast', value: 7 }],
  ])('%j becomes %j', (theirs, ours) => expect(rulesOf({ all: [theirs] }).rules).toEqual([ours]));

  it('with an order from the last to the first turns all keys round', () => {
    expect(rulesOf({ any: [], sort: 'year,-random,rating', order: 'desc' }).sort).toEqual([
      { by: 'year', order: 'desc' },
      { by: 'random', order: 'asc' },
      { by: 'rating', order: 'desc' },
    ]);
  });

  it('names what has no counterpart, all of it', () => {
    const text = JSON.stringify({
      all: [{ contains: { mood: 'sad' } }, { inPlaylist: { id: '1' } }, { any: [{ gt: { title: 'x' } }] }],
      sort: 'channels',
    });
    const said = refusal(text);
    for (const name of ['"mood"', '"inPlaylist"', '"gt" of "title"', '"channels"']) expect(said).toContain(name);
  });

  it.each([
    ['no JSON', 'all: []', 'JSON'],
    ['a list', '[]', 'no smart playlist'],
    ['no rules', '{"name":"x"}', '"all"'],
    ['rules twice', '{"all":[],"any":[]}', 'one of them'],
    ['a key from elsewhere', '{"all":[],"limitPercent":10}', 'limitPercent'],
    ['a field that every object has', '{"all":[{"is":{"constructor":"x"}}]}', '"constructor"'],
    ['an operator that every object has', '{"all":[{"constructor":{"title":"x"}}]}', '"constructor"'],
    ['a group with more in it', '{"all":[{"all":[],"any":[]}]}', '"all" with "any"'],
    ['rules that are no list', '{"all":{}}', '"all"'],
    ['a limit that is none', '{"all":[],"limit":"ten"}', 'limit'],
    ['two fields in a rule', '{"all":[{"is":{"title":"a","album":"b"}}]}', '"title" with "album"'],
    ['a day that there is not', '{"all":[{"before":{"dateadded":"2024-13-01"}}]}', '"before" of "dateadded"'],
    ['groups that are too deep', '{"all":[{"all":[{"all":[{"all":[]}]}]}]}', 'deeper than 3'],
    ['too many rules', JSON.stringify({ all: Array.from({ length: 101 }, () => ({ is: { title: 'a' } })) }), 'rules'],
    ['too long a text', JSON.stringify({ all: [{ is: { title: 'a'.repeat(300_000) } }] }), '256 KiB'],
  ])('refuses %s', (_, text, part) => expect(refusal(text)).toContain(part));
});
