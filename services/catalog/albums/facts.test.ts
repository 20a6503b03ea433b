import { expect, it } from 'vitest';
import type { AlbumTags } from '../schema';
import { albumFacts } from './facts';

let next = 0;
const tracks = (count: number, tags: Partial<AlbumTags>, more: { year?: number; missing?: boolean } = {}) => ({
  trackId: `track ${next++}`,
  tags: {
    title: 'Fa-Tal',
    sortTitle: null,
    artists: ['Gal Costa'],
    artistCredit: null,
    releaseDate: null,
    originalDate: null,
    compilation: false,
    label: null,
    releaseTypes: [],
    releaseMbid: null,
    releaseGroupMbid: null,
    ...tags,
  },
  year: more.year ?? null,
  count,
  missing: more.missing ?? false,
});

it('an album is what most of its tracks say', () => {
  const many = tracks(3, { releaseDate: '1971', label: 'Philips', releaseTypes: ['album', 'live'] }, { year: 1971 });
  const few = tracks(2, { title: 'fa-tal', releaseDate: '1917-02', artists: ['Gal'] }, { year: 1917 });
  expect(albumFacts([few, many])).toEqual({
    title: 'Fa-Tal',
    sortTitle: null,
    artistCredit: null,
    artistsOf: many.trackId,
    year: 1971,
    releaseDate: '1971',
    originalDate: null,
    compilation: false,
    label: 'Philips',
    releaseTypes: ['album', 'live'],
    releaseMbid: null,
    releaseGroupMbid: null,
  });
});

it.each([
  ['what one alone says, if the others say nothing', [tracks(9, {}), tracks(1, { label: 'CBS' })], { label: 'CBS' }],
  ['no artist that no tag names', [tracks(9, { artists: [] })], { artistsOf: null }],
  [
    'what files say that are there',
    [tracks(9, { title: 'old' }, { missing: true }), tracks(1, { title: 'new' })],
    { title: 'new' },
  ],
  [
    'what missing files said, if there are no others',
    [tracks(1, { title: 'old' }, { missing: true })],
    { title: 'old' },
  ],
  [
    'a date of the year that most have',
    [
      tracks(2, { releaseDate: '1994-05' }, { year: 1994 }),
      tracks(2, { releaseDate: '1994-06' }, { year: 1994 }),
      tracks(3, { releaseDate: '2001-01' }, { year: 2001 }),
    ],
    { year: 1994, releaseDate: '1994-05' },
  ],
])('has %s', (_, rows, expected) => expect(albumFacts(rows)).toMatchObject(expected));
