import { describe, expect, it } from 'vitest';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { listWith, pageWith, rowsOf, withEntries, withOrder, withoutEntries } from './optimistic';
import type { PendingChange, PlaylistChange } from './pending-changes';

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
    const after = withEntries(page, [track('t1'), track('t2')], ['new0', 'new1'], 5);
    expect(rowsOf(after).map((row) => [row.entryId, row.track.id])).toEqual([
      ['e1', 't1'],
      ['e2', 't1'],
      ['new0', 't1'],
      ['new1', 't2'],
    ]);
    expect(after.trackCount).toBe(4);
    expect(after.tracks).toHaveLength(2);
  });

  it('shows an added track once, also when the server has it already', () => {
    const after = withEntries(page, [track('t1')], ['e2'], 5);
    expect(after).toMatchObject({ trackCount: 2, entries: page.entries });
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
    const three = withEntries(page, [track('t1')], ['e3'], 0);
    expect(withOrder(three, moved, before).entries.map((entry) => entry.entryId)).toEqual(expected);
  });
});

const pending = (change: PlaylistChange, more: Partial<PendingChange> = {}): PendingChange => ({
  id: 'c',
  change,
  state: 'accepted',
  revision: null,
  at: 7,
  isLate: false,
  ...more,
});
const { members: _, people: __, entries: ___, tracks: ____, ...summary } = page;
const list = { playlists: [summary, { ...summary, id: 'q', name: 'Q' }], people: [] };

describe('pending changes', () => {
  const add = { kind: 'add', id: 'p', tracks: [track('t2')], entryIds: ['e3'] } as const;
  const all: PlaylistChange[] = [
    { kind: 'rename', id: 'p', name: 'New' },
    { kind: 'describe', id: 'p', description: 'text' },
    { kind: 'share', id: 'p', visibility: 'public', members: [] },
    add,
    { kind: 'remove', id: 'p', entryIds: ['e1'] },
    { kind: 'reorder', id: 'p', entryIds: ['e3'], before: 'e2' },
    { kind: 'rename', id: 'q', name: 'Other' },
  ];

  it('are on top of what the server has, in their order, whatever it sends meanwhile', () => {
    const changes = all.map((change) => pending(change));
    const shown = pageWith(page, 'p', changes);
    expect(shown).toMatchObject({ name: 'New', description: 'text', visibility: 'public', trackCount: 2, revision: 3 });
    expect(shown?.entries.map(({ entryId }) => entryId)).toEqual(['e3', 'e2']);
    // Another listener added a track meanwhile.
    const newer = withEntries({ ...page, revision: 4 }, [track('t4')], ['e4'], 0);
    const after = pageWith(newer, 'p', changes);
    expect(after?.entries.map(({ entryId }) => entryId)).toEqual(['e3', 'e2', 'e4']);
    expect(listWith(list, changes)?.playlists).toMatchObject([
      { name: 'New', description: 'text', visibility: 'public', trackCount: 2 },
      { name: 'Other' },
    ]);
  });

  it('that what was read already holds are not counted twice', () => {
    const held = pending(add, { state: 'confirmed', revision: 3 });
    const newer = pending(add, { state: 'confirmed', revision: 4 });
    expect(listWith(list, [held])?.playlists[0]?.trackCount).toBe(2);
    expect(listWith(list, [newer])?.playlists[0]?.trackCount).toBe(3);
    expect(pageWith(page, 'p', [held])).toEqual(page);
  });

  it('show a playlist that is created before the server has it, and the server’s as soon as it has', () => {
    const create = pending({ kind: 'create', id: 'n', name: 'N', tracks: [track('t1')] });
    expect(pageWith(undefined, 'n', [create])).toMatchObject({ name: 'N', role: 'owner', trackCount: 1, updatedAt: 7 });
    expect(listWith(list, [create])?.playlists.map(({ id, trackCount }) => [id, trackCount])).toEqual([
      ['n', 1],
      ['p', 2],
      ['q', 2],
    ]);
    const read = { ...page, id: 'n', name: 'N', revision: 1 };
    expect(pageWith(read, 'n', [create])).toEqual(read);
    const { members: _m, people: _p, entries: _e, tracks: _t, ...listed } = read;
    expect(listWith({ ...list, playlists: [listed] }, [create])?.playlists).toEqual([listed]);
  });

  it('hide what is deleted, and nothing else', () => {
    const remove = pending({ kind: 'delete', id: 'p' });
    expect(listWith(list, [remove])?.playlists.map(({ id }) => id)).toEqual(['q']);
    expect(listWith(undefined, [remove])).toBeUndefined();
    expect(pageWith(undefined, 'p', [remove])).toBeUndefined();
  });
});
