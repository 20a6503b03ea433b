/** What the client asks for, each once: commands and menu both call these. */
import * as z from 'zod/mini';
import { track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { StatsWindow } from '@/lib/contracts/history';
import { topTrack } from '@/lib/contracts/history';
import { accepted, health, importedPlaylist, me, publicPerson } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { PlaylistVisibility } from '@/lib/contracts/playlists';
import { playlistDetail } from '@/lib/contracts/playlists';
import { rpc } from '@/lib/contracts/rpc';
import type { Api } from './api';
import { type Facts, hearFacts } from './facts';

/** A command is applied within milliseconds; a worker that was restarted needs seconds. */
const CONFIRM_WITHIN_MS = 10_000;

const people = { people: z.array(publicPerson) };
const playlistPage = z.object({ ...playlistDetail.shape, tracks: z.array(track), ...people });
export type PlaylistPage = z.infer<typeof playlistPage>;
const playlistList = z.object({ ...rpc['playlists.list'].result.shape, ...people });
const publicList = z.object({ ...rpc['playlists.public'].result.shape, ...people });
const changeList = z.object({ ...rpc['playlists.changes'].result.shape, ...people });
const recentPage = z.object({ ...rpc['history.recent'].result.shape, tracks: z.array(track) });
const topPage = z.object({ top: z.array(topTrack), total: z.int(), tracks: z.array(track) });

export const whoAmI = (api: Api) => api.ask('GET', '/api/me', me);
export const healthOf = (api: Api) => api.ask('GET', '/api/health', health);

export const search = (api: Api, q: string, limit: number) =>
  api.ask('GET', `/api/search?q=${encodeURIComponent(q)}&limit=${limit}`, rpc['catalog.search'].result);
export const album = (api: Api, id: string) => api.ask('GET', `/api/albums/${id}`, rpc['catalog.album'].result);
export const artist = (api: Api, id: string) => api.ask('GET', `/api/artists/${id}`, rpc['catalog.artist'].result);
export const albums = (api: Api, limit: number) =>
  api.ask('GET', `/api/albums?limit=${limit}`, rpc['catalog.albums'].result);

/** @throws {EnxameError} `not_found` */
export async function oneTrack(api: Api, id: string) {
  const { tracks } = await api.ask('GET', `/api/tracks?ids=${encodeURIComponent(id)}`, rpc['catalog.tracks'].result);
  const [found] = tracks;
  if (found === undefined) throw new EnxameError('not_found', 'This track does not exist.');
  return found;
}

export const playlists = (api: Api) => api.ask('GET', '/api/playlists', playlistList);
export const publicPlaylists = (api: Api) => api.ask('GET', '/api/playlists/public', publicList);
export const playlist = (api: Api, id: string) => api.ask('GET', `/api/playlists/${id}`, playlistPage);
export const changes = (api: Api, id: string) => api.ask('GET', `/api/playlists/${id}/changes`, changeList);

const send = (api: Api, method: string, path: string, body?: unknown) => api.ask(method, path, accepted, body);

export const createPlaylist = (api: Api, given: { name: string; description: string; trackIds: string[] }) =>
  send(api, 'POST', '/api/playlists', { playlistId: newId(), ...given });
export const changePlaylist = (api: Api, id: string, change: { name: string } | { description: string }) =>
  send(api, 'PATCH', `/api/playlists/${id}`, change);
export const deletePlaylist = (api: Api, id: string) => send(api, 'DELETE', `/api/playlists/${id}`);
export const undo = (api: Api, id: string, messageId: string) =>
  send(api, 'POST', `/api/playlists/${id}/undo`, { messageId });
export const share = (api: Api, id: string, visibility: PlaylistVisibility, members: string[]) =>
  send(api, 'PUT', `/api/playlists/${id}/sharing`, { visibility, members });

export async function addTracks(api: Api, id: string, trackIds: string[]) {
  const { revision } = await playlist(api, id);
  return send(api, 'POST', `/api/playlists/${id}/entries`, { revision, trackIds });
}

/** @param positions from 1, as they are shown. @throws {EnxameError} `not_found` */
export async function removeAt(api: Api, id: string, positions: readonly number[]) {
  const page = await playlist(api, id);
  return send(api, 'DELETE', `/api/playlists/${id}/entries`, {
    revision: page.revision,
    entryIds: entriesAt(page, positions),
  });
}

/** Moves the entry at `from` so that it stands at `to`; both from 1. @throws {EnxameError} `not_found` */
export async function moveEntry(api: Api, id: string, from: number, to: number) {
  const page = await playlist(api, id);
  const entryIds = entriesAt(page, [from]);
  const others = page.entries.filter((entry) => !entryIds.includes(entry.entryId));
  const before = others[to - 1]?.entryId ?? null;
  return send(api, 'POST', `/api/playlists/${id}/order`, { revision: page.revision, entryIds, before });
}

function entriesAt(page: PlaylistPage, positions: readonly number[]): string[] {
  return positions.map((position) => {
    const entry = page.entries[position - 1];
    if (entry === undefined) {
      throw new EnxameError('not_found', `This playlist has ${page.entries.length} entries; there is none at position ${position}.`);
    }
    return entry.entryId;
  });
}

export const importPlaylist = (api: Api, body: { format: 'm3u8' | 'xspf'; name?: string; text: string }) =>
  api.ask('POST', '/api/playlists/import', importedPlaylist, body);
export const exportPlaylist = async (api: Api, id: string, format: string) =>
  (await api.raw('GET', `/api/playlists/${id}/export?format=${encodeURIComponent(format)}`)).text();

/** @param playId of a play that was started; a new one where there is none */
export const recordPlay = (
  api: Api,
  type: 'started' | 'finished' | 'skipped',
  given: { trackId: string; playId: string; positionS: number; durationS: number },
) => {
  const heard = type === 'started' ? {} : { listenedS: given.positionS };
  return send(api, 'POST', '/api/plays', { type, ...given, ...heard });
};
export const recent = (api: Api, limit: number) => api.ask('GET', `/api/history?limit=${limit}`, recentPage);
export const top = (api: Api, window: StatsWindow, limit: number) =>
  api.ask('GET', `/api/history/top?window=${window}&limit=${limit}`, topPage);
export const statistics = (api: Api, window: StatsWindow) => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const query = `window=${window}&timeZone=${encodeURIComponent(timeZone)}`;
  return api.ask('GET', `/api/history/stats?${query}`, rpc['history.stats'].result);
};
export const exportHistory = (api: Api) => api.raw('GET', '/api/history/export');

/**
 * Says a change and waits for the fact that answers it.
 * @returns the change's answer and the fact; without waiting, or when no fact came in time, the fact is null
 * @throws {EnxameError} why the change was refused
 */
export async function confirmed<A extends { messageId: string }>(
  api: Api,
  change: () => Promise<A>,
  wait = true,
): Promise<{ answer: A; fact: Message<'changed.playlist'> | null }> {
  if (!wait) return { answer: await change(), fact: null };
  const heard: Message<'changed.playlist'>[] = [];
  let wake = () => {};
  // Heard from before the change on: its fact may come sooner than its answer.
  const facts: Facts = await hearFacts(api, {
    fact(fact) {
      if (fact.type === 'changed.playlist') heard.push(fact);
      wake();
    },
  });
  try {
    const answer = await change();
    const mine = () => heard.find((fact) => fact.data.messageId === answer.messageId) ?? null;
    const deadline = Date.now() + CONFIRM_WITHIN_MS;
    while (mine() === null && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const fact = mine();
    const refused = fact?.data.refused;
    if (refused !== undefined) throw new EnxameError(refused.code, refused.message);
    return { answer, fact };
  } finally {
    facts.close();
  }
}
