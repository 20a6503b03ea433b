import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { PlaylistPage } from '../gateway';
import { rowsOf, withEntries, withOrder, withoutEntries } from './optimistic';

const track = (id: string) => someTrack({ id });
const page: PlaylistPage = {
  id: 'p',
  name: 'P',
  description: '',
  visibility: 'private',
  ownerId: 'me',
  role: 'owner',
  members: [],
  people: [],
  revision: 3,
  trackCount: 2,
  updatedAt: 0,
  entries: [
    { entryId: 'e1', trackId: 't1', addedAt: 0 },
    { entryId: 'e2', trackId: 't1', addedAt: 0 },
  ],
  tracks: [track('t1')],
};

describe('a playlist before the server has answered', () => {
  it('shows an added track at the end, and knows each track once', () => {
    let n = 0;
    const after = withEntries(page, [track('t1'), track('t2')], 5, () => `new${n++}`);
    expect(rowsOf(after).map((row) => [row.entryId, row.track.id])).toEqual([
      ['e1', 't1'],
      ['e2', 't1'],
      ['new0', 't1'],
      ['new1', 't2'],
    ]);
    expect(after.trackCount).toBe(4);
    expect(after.tracks).toHaveLength(2);
  });

  it('removes the entry and not its twin', () => {
    const after = withoutEntries(page, ['e1', 'unknown']);
    expect(after.entries.map((entry) => entry.entryId)).toEqual(['e2']);
    expect(after.trackCount).toBe(1);
  });

  it('leaves out entries whose track is unknown', () => {
    expect(rowsOf({ ...page, tracks: [] })).toEqual([]);
  });

  it.each([
    ['to before another', ['e3'], 'e1', ['e3', 'e1', 'e2']],
    ['to the end', ['e1'], null, ['e2', 'e3', 'e1']],
    ['to before one that is gone', ['e1'], 'e9', ['e2', 'e3', 'e1']],
    ['several, in the order given', ['e3', 'e1'], 'e2', ['e3', 'e1', 'e2']],
    ['one that is gone', ['e9'], 'e1', ['e1', 'e2', 'e3']],
  ])('moves an entry %s', (_, moved, before, expected) => {
    const three = withEntries(page, [track('t1')], 0, () => 'e3');
    expect(withOrder(three, moved, before).entries.map((entry) => entry.entryId)).toEqual(expected);
  });
});
