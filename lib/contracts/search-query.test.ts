import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isEmptyQuery, parseSearchQuery, type SearchQuery } from './search-query';

const NONE: SearchQuery = {
  ...{ text: '', filters: '', title: [], artist: [], album: [], genre: [], year: null, loved: null },
};

it.each<[string, Partial<SearchQuery>]>([
  ['', {}],
  ['weezer  green', { text: 'weezer green' }],
  ['year:1994', { year: { from: 1994, to: 1994 } }],
  ['year:1990..1999 love', { text: 'love', year: { from: 1990, to: 1999 } }],
  ['year:1990-1999', { year: { from: 1990, to: 1999 } }],
  ['year:1999..1990', { year: { from: 1990, to: 1999 } }],
  ['year:..1980', { year: { from: null, to: 1980 } }],
  ['year:2010..', { year: { from: 2010, to: null } }],
  ['year:', { text: 'year:' }],
  ['year:..', { text: 'year:..' }],
  ['year:soon', { text: 'year:soon' }],
  ['loved:', { loved: true }],
  ['LOVED:yes mar', { loved: true, text: 'mar' }],
  ['loved:no', { loved: false }],
  ['genre:rock genre:"bossa nova"', { genre: ['rock', 'bossa nova'] }],
  ['artist:"sigur ró', { artist: ['sigur ró'] }],
  ['album:ok computer', { album: ['ok'], text: 'computer' }],
  ['artist:', { text: 'artist:' }],
  ['artist:""', { text: 'artist:""' }],
  ['Re:Stacks mood:sad', { text: 'Re:Stacks mood:sad' }],
  ['AC/DC 12:51', { text: 'AC/DC 12:51' }],
])('%s', (q, expected) => {
  const { filters, ...parsed } = parseSearchQuery(q);
  const { filters: _, ...none } = NONE;
  expect(parsed).toEqual({ ...none, ...expected });
});

it('has the filters in Portuguese, too, and gives them as they were typed', () => {
  expect(parseSearchQuery('mar Gênero:"bossa nova" ano:1960..1969 favoritos: título:sol')).toEqual({
    ...NONE,
    text: 'mar',
    filters: 'Gênero:"bossa nova" ano:1960..1969 favoritos: título:sol',
    ...{ genre: ['bossa nova'], year: { from: 1960, to: 1969 }, loved: true, title: ['sol'] },
  });
});

it('takes whatever is typed, loses no word of a question without filters, and has bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (q) => {
      const { text, artist, album, genre, year } = parseSearchQuery(q);
      expect(text.length).toBeLessThanOrEqual(q.length);
      expect(text.split(' ').length + artist.length + album.length + genre.length).toBeLessThanOrEqual(17);
      if (year?.from != null && year.to != null) expect(year.from).toBeLessThanOrEqual(year.to);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\s:]{1,10}$/u), { maxLength: 16 }), (words) => {
      expect(parseSearchQuery(words.join(' ')).text).toBe(words.join(' '));
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('year:', 'loved:', '"', 'artist:', '..', '1990', ' ', 'ã'), { maxLength: 40 }),
      (parts) => {
        const parsed = parseSearchQuery(parts.join(''));
        expect(isEmptyQuery(parsed)).toBe(JSON.stringify(parsed) === JSON.stringify(NONE));
      },
    ),
  );
});
