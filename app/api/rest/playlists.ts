/** Playlists of the OpenSubsonic API: commands of ours, and an answer once they are done, since apps read right after they write. */
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { MAX_PLAYLIST_ENTRIES, type PlaylistDetail, type PlaylistSummary } from '@/lib/contracts/playlists';
import { MAX_SMART_PAGE } from '@/lib/contracts/smart';
import type { RestPlaylist } from '@/lib/contracts/subsonic';
import { BoundedMap } from '@/lib/util/bounded-map';
import { inParts } from '@/lib/util/in-parts';
import { peopleAmong } from '../_lib/lookups';
import { trackIdsOf } from '../_lib/smart';
import { give } from './commands';
import type { RestCall } from './endpoint';
import { assertId, onlyIds, songsById } from './library';
import { momentOf, songOf } from './shapes';

type Call = Pick<RestCall, 'account' | 'ask' | 'publish' | 'runtime'>;

/** Entries that one command names. */
const BATCH = 500;
const PUBLIC_PAGE = 200;
/** Playlists of a list that are worked out at a time: few enough that what else the account asks does not wait for all. */
const AT_ONCE = 8;

interface Total {
  revision: number;
  /** Epoch ms. */
  at: number;
  songCount: number;
  durationS: number;
  coverId: string | null;
}

/** What a list of playlists says of one but the service does not: worked out once for each revision. */
const totals = new BoundedMap<string, Total>(5_000);
/** What a smart playlist has changes without a revision: it is worked out again after this (ms). */
const SMART_TOTAL_MS = 60_000;

/** One's own, those shared with one, and everybody's public ones. */
export async function listPlaylists(call: Call): Promise<RestPlaylist[]> {
  const accountId = call.account.id;
  const [own, open] = await Promise.all([
    call.ask('playlists.list', { accountId }),
    call.ask('playlists.public', { accountId, limit: PUBLIC_PAGE }),
  ]);
  const all = [...new Map([...own.playlists, ...open.playlists].map((one) => [one.id, one])).values()];
  const owners = await ownersOf(call, all);
  const shapes: RestPlaylist[] = [];
  for (const part of inParts(all, AT_ONCE)) {
    shapes.push(...(await Promise.all(part.map(async (one) => shapeOf(one, owners, await totalOf(call, one))))));
  }
  return shapes;
}

async function totalOf(call: Call, { id, revision, smart = false }: PlaylistSummary): Promise<Total> {
  const { account, ask } = call;
  const known = totals.get(id);
  if (known?.revision === revision && (!smart || known.at + SMART_TOTAL_MS > Date.now())) return known;
  if (smart) return (await openPlaylist(call, id)).total;
  const { entries, ...now } = await ask('playlists.get', { id, accountId: account.id });
  const of = await ask('catalog.durations', { ids: entries.map(({ trackId }) => trackId) });
  const total = { revision: now.revision, at: Date.now(), songCount: entries.length, ...of };
  totals.set(id, total);
  return total;
}

/** @throws {EnxameError} `not_found` */
export async function readPlaylist(call: Call, id: string, after?: string) {
  const { detail, songs, total } = await openPlaylist(call, assertId(id), after);
  return {
    ...shapeOf(detail, await ownersOf(call, [detail]), total),
    songCount: songs.length,
    entry: songs.map(songOf),
  };
}

async function openPlaylist(call: Call, id: string, after?: string) {
  const detail = await call.ask('playlists.get', {
    id,
    accountId: call.account.id,
    ...(after === undefined ? {} : { after }),
  });
  const { trackIds, ...chosen } = await trackIdsOf(call.ask, detail);
  const songs = await songsById(call.ask, trackIds);
  const total = {
    revision: detail.revision,
    at: Date.now(),
    songCount: detail.rules === undefined ? detail.trackCount : songs.length,
    durationS: songs.reduce((sum, song) => sum + song.durationS, 0),
    coverId: songs.find((song) => song.coverId !== null)?.coverId ?? null,
  };
  totals.set(id, total);
  return { detail: toldWhole(detail, songs.length, chosen.total), songs, total };
}

/** An app takes a playlist in one answer. Of a smart one with more songs than that holds, its comment says how many are left out. */
function toldWhole(detail: PlaylistDetail, given: number, total: number): PlaylistDetail {
  if (detail.rules === undefined || total <= MAX_SMART_PAGE) return detail;
  const told = `The first ${given} of ${total} songs.`;
  return { ...detail, description: [detail.description, told].filter((text) => text !== '').join(' ') };
}

/** Others are shown by name, and oneself as an app knows itself. */
async function ownersOf({ account, runtime }: Call, of: readonly PlaylistSummary[]): Promise<Map<string, string>> {
  const people = await peopleAmong(
    runtime,
    of.map(({ ownerId }) => ownerId),
  );
  return new Map([...people.map(({ id, name }) => [id, name] as const), [account.id, account.email]]);
}

function shapeOf(playlist: PlaylistSummary, owners: Map<string, string>, total: Total): RestPlaylist {
  return {
    id: playlist.id,
    name: playlist.name,
    ...(playlist.description === '' ? {} : { comment: playlist.description }),
    owner: owners.get(playlist.ownerId) ?? '',
    public: playlist.visibility === 'public',
    songCount: total.songCount,
    duration: Math.round(total.durationS),
    created: momentOf(playlist.updatedAt),
    // A smart one changes with the library and what is played: apps that compare read it again.
    changed: momentOf(playlist.smart === true ? total.at : playlist.updatedAt),
    ...(total.coverId === null ? {} : { coverArt: total.coverId }),
    ...(playlist.role === 'reader' || playlist.smart === true ? { readonly: true } : {}),
  };
}

/** Makes one, or gives one that is there other songs. */
export async function createPlaylist(
  call: Call,
  wanted: { playlistId?: string | undefined; name?: string | undefined; songIds: string[] },
) {
  const trackIds = onlyIds(wanted.songIds);
  if (trackIds.length > MAX_PLAYLIST_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have ${MAX_PLAYLIST_ENTRIES} songs.`);
  }
  if (wanted.playlistId !== undefined) {
    const id = assertId(wanted.playlistId);
    if (wanted.name !== undefined) await give(call, 'playlist.rename', { playlistId: id, name: wanted.name });
    return readPlaylist(call, id, await replaceEntries(call, id, trackIds));
  }
  const name = wanted.name?.trim() ?? '';
  if (name === '') throw new EnxameError('invalid_request', 'A new playlist needs a name.');
  const playlistId = newId();
  const done = await give(call, 'playlist.create', { playlistId, name, description: '', trackIds });
  return readPlaylist(call, playlistId, done);
}

/** What both lists begin with stays; behind it the old songs go and the new ones come. */
async function replaceEntries(call: Call, playlistId: string, trackIds: string[]): Promise<string | undefined> {
  const { entries } = await call.ask('playlists.get', { id: playlistId, accountId: call.account.id });
  let same = 0;
  while (same < entries.length && entries[same]?.trackId === trackIds[same]) same++;
  const gone = entries.slice(same).map(({ entryId }) => entryId);
  const removed = await removeEntries(call, playlistId, gone);
  return (await addEntries(call, playlistId, trackIds.slice(same))) ?? removed;
}

/** Changes what is given, in the order of the API: name, comment, who sees it, songs out by their places, songs in at the end. */
export async function updatePlaylist(
  call: Call,
  wanted: {
    playlistId: string;
    name?: string | undefined;
    comment?: string | undefined;
    public?: boolean | undefined;
    songIdToAdd: string[];
    songIndexToRemove: number[];
  },
): Promise<void> {
  const id = assertId(wanted.playlistId);
  const before = await call.ask('playlists.get', { id, accountId: call.account.id });
  const places = new Set(wanted.songIndexToRemove);
  const shown = await shownEntries(call, before);
  const gone = shown.filter((_, place) => places.has(place)).map(({ entryId }) => entryId);
  if (wanted.name !== undefined && wanted.name !== before.name) {
    await give(call, 'playlist.rename', { playlistId: id, name: wanted.name });
  }
  if (wanted.comment !== undefined && wanted.comment !== before.description) {
    await give(call, 'playlist.describe', { playlistId: id, description: wanted.comment });
  }
  await setPublic(call, before, wanted.public);
  await removeEntries(call, id, gone);
  await addEntries(call, id, onlyIds(wanted.songIdToAdd));
}

/** The entries that `readPlaylist` shows: places count these. */
async function shownEntries(call: Call, { entries }: PlaylistDetail): Promise<PlaylistDetail['entries']> {
  const songs = await songsById(
    call.ask,
    entries.map(({ trackId }) => trackId),
  );
  const there = new Set(songs.map(({ id }) => id));
  return entries.filter(({ trackId }) => there.has(trackId));
}

async function setPublic(call: Call, before: PlaylistDetail, isPublic: boolean | undefined): Promise<void> {
  if (isPublic === undefined || isPublic === (before.visibility === 'public')) return;
  const accounts = await call.runtime.accounts.accountsByEmail(before.members.filter((name) => name.includes('@')));
  const members = before.members.flatMap((name) => (name.includes('@') ? (accounts.get(name) ?? []) : name));
  const otherwise = members.length > 0 ? 'shared' : 'private';
  await give(call, 'playlist.share', {
    playlistId: before.id,
    visibility: isPublic ? 'public' : otherwise,
    members,
    named: before.members,
  });
}

export async function deletePlaylist(call: Call, id: string): Promise<void> {
  await give(call, 'playlist.delete', { playlistId: assertId(id) });
}

async function addEntries(call: Call, playlistId: string, trackIds: string[]): Promise<string | undefined> {
  let last: string | undefined;
  for (let at = 0; at < trackIds.length; at += BATCH) {
    const entries = trackIds.slice(at, at + BATCH).map((trackId) => ({ entryId: newId(), trackId }));
    last = await give(call, 'playlist.add', { playlistId, revision: 0, entries });
  }
  return last;
}

async function removeEntries(call: Call, playlistId: string, entryIds: string[]): Promise<string | undefined> {
  let last: string | undefined;
  for (let at = 0; at < entryIds.length; at += BATCH) {
    last = await give(call, 'playlist.remove', { playlistId, revision: 0, entryIds: entryIds.slice(at, at + BATCH) });
  }
  return last;
}
