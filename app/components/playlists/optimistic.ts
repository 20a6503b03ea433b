/** How playlists look with the changes that the server has not confirmed yet. Pure: what the server has, and the changes, in; what is shown, out. */
import type { PlaylistList, PlaylistPage } from '@/lib/contracts/api/playlists';
import type { Track } from '@/lib/contracts/catalog';
import type { PlaylistSummary } from '@/lib/contracts/playlists';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import type { PendingChange } from './pending-changes';

/** @param page as the server has it; undefined: not read yet, or not there yet */
export function pageWith(
  page: PlaylistPage | undefined,
  id: string,
  pending: readonly PendingChange[],
): PlaylistPage | undefined {
  const revision = page?.revision ?? -1;
  return pending
    .filter((one) => one.change.id === id && !isIn(one, revision))
    .reduce<PlaylistPage | undefined>(pageAfter, page);
}

export function listWith(list: PlaylistList | undefined, pending: readonly PendingChange[]): PlaylistList | undefined {
  if (list === undefined || pending.length === 0) return list;
  return { ...list, playlists: pending.reduce(summariesAfter, list.playlists) };
}

/** What the server has already holds it. */
function isIn({ revision }: PendingChange, has: number): boolean {
  return revision !== null && revision <= has;
}

function pageAfter(page: PlaylistPage | undefined, { change, at }: PendingChange): PlaylistPage | undefined {
  if (page === undefined) {
    if (change.kind !== 'create') return undefined;
    const summary = { ...newSummary(change.id, change.name, at), ...smartOf(change.rules) };
    const empty = { ...summary, members: [], people: [], entries: [], tracks: [], ...rulesIn(change.rules) };
    // The server makes their ids: until it has, these rows can be neither moved nor removed.
    const entryIds = change.tracks.map((_, n) => `${change.id}-${n}`);
    return withEntries(empty, change.tracks, entryIds, at);
  }
  switch (change.kind) {
    case 'rename':
      return { ...page, name: change.name };
    case 'describe':
      return { ...page, description: change.description };
    case 'define':
      return { ...page, ...rulesIn(change.rules) };
    case 'share':
      return { ...page, visibility: change.visibility };
    case 'add':
      return withEntries(page, change.tracks, change.entryIds, at);
    case 'remove':
      return withoutEntries(page, change.entryIds);
    case 'reorder':
      return withOrder(page, change.entryIds, change.before);
    default:
      // What an undo brings back only the server knows; a page that is deleted is left.
      return page;
  }
}

function summariesAfter(playlists: PlaylistSummary[], pending: PendingChange): PlaylistSummary[] {
  const { change, at } = pending;
  const edit = (to: (old: PlaylistSummary) => Partial<PlaylistSummary>) =>
    playlists.map((old) => (old.id === change.id && !isIn(pending, old.revision) ? { ...old, ...to(old) } : old));
  switch (change.kind) {
    case 'create': {
      if (playlists.some(({ id }) => id === change.id)) return playlists;
      const made = { ...newSummary(change.id, change.name, at), ...smartOf(change.rules) };
      return [{ ...made, trackCount: change.tracks.length }, ...playlists];
    }
    case 'delete':
      return playlists.filter(({ id }) => id !== change.id);
    case 'rename':
      return edit(() => ({ name: change.name }));
    case 'describe':
      return edit(() => ({ description: change.description }));
    case 'share':
      return edit(() => ({ visibility: change.visibility }));
    case 'add':
      return edit(({ trackCount }) => ({ trackCount: trackCount + change.tracks.length }));
    case 'remove':
      return edit(({ trackCount }) => ({ trackCount: Math.max(0, trackCount - change.entryIds.length) }));
    default:
      return playlists;
  }
}

const smartOf = (rules: SmartRules | undefined) => (rules === undefined ? {} : { smart: true });
const rulesIn = (rules: SmartRules | undefined): Pick<PlaylistPage, 'rules'> =>
  rules === undefined ? {} : { rules: rules as NonNullable<PlaylistPage['rules']> };

function newSummary(id: string, name: string, at: number): PlaylistSummary {
  return {
    id,
    name,
    description: '',
    visibility: 'private',
    ownerId: '',
    role: 'owner',
    revision: 0,
    trackCount: 0,
    updatedAt: at,
  };
}

/** Entries that are there already stay where they are. @param entryIds one for each track */
export function withEntries(
  page: PlaylistPage,
  tracks: readonly Track[],
  entryIds: readonly string[],
  at: number,
): PlaylistPage {
  const known = new Set(page.tracks.map((track) => track.id));
  const held = new Set(page.entries.map((entry) => entry.entryId));
  const added = tracks.flatMap((track, n) => {
    const entryId = entryIds[n];
    return entryId === undefined || held.has(entryId) ? [] : [{ entryId, trackId: track.id, addedAt: at }];
  });
  return {
    ...page,
    trackCount: page.trackCount + added.length,
    entries: [...page.entries, ...added],
    tracks: [...page.tracks, ...tracks.filter((track) => !known.has(track.id))],
  };
}

export function withoutEntries(page: PlaylistPage, entryIds: readonly string[]): PlaylistPage {
  const gone = new Set(entryIds);
  const entries = page.entries.filter((entry) => !gone.has(entry.entryId));
  return { ...page, entries, trackCount: page.trackCount - (page.entries.length - entries.length) };
}

/** These entries, in this order, to before another; null, or one that is not there: to the end. */
export function withOrder(page: PlaylistPage, entryIds: readonly string[], before: string | null): PlaylistPage {
  const moved = entryIds.flatMap((id) => page.entries.find((entry) => entry.entryId === id) ?? []);
  const others = page.entries.filter((entry) => !entryIds.includes(entry.entryId));
  const found = others.findIndex((entry) => entry.entryId === before);
  const at = found < 0 ? others.length : found;
  return { ...page, entries: [...others.slice(0, at), ...moved, ...others.slice(at)] };
}

/** Entries with their tracks, in order; those whose track the catalogue no longer knows are left out. */
export function rowsOf(page: PlaylistPage): { entryId: string; track: Track }[] {
  const byId = new Map(page.tracks.map((track) => [track.id, track]));
  return page.entries.flatMap(({ entryId, trackId }) => {
    const track = byId.get(trackId);
    return track === undefined ? [] : [{ entryId, track }];
  });
}
