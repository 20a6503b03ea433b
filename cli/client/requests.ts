/** What the client asks for, each once: commands and menu both call these. */
import { api } from '@/lib/contracts/api';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { MAX_LIST_PAGE } from '@/lib/contracts/choices';
import { EnxameError } from '@/lib/contracts/errors';
import type { StatsWindow } from '@/lib/contracts/history';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { ImportFormat, PlaylistVisibility } from '@/lib/contracts/playlists';
import type { Api } from './api';
import { type Facts, hearFacts } from './facts';

/** A command is applied within milliseconds; a worker that was restarted needs seconds. */
const CONFIRM_WITHIN_MS = 10_000;
/** The most that one answer has. */
const PLAYLISTS_A_PAGE = 200;

export const whoAmI = (from: Api) => from.ask(api.account.me);
export const healthOf = (from: Api) => from.ask(api.server.health);

export const search = (from: Api, q: string, limit: number) => from.ask(api.catalogue.search, { query: { q, limit } });

/** An album with all of its tracks. */
export async function album(from: Api, id: string) {
  const page = await from.ask(api.catalogue.album, { params: { id } });
  while (page.tracks.length < page.total) {
    const next = await from.ask(api.catalogue.album, { params: { id }, query: { offset: page.tracks.length } });
    if (next.tracks.length === 0) break;
    page.tracks.push(...next.tracks);
  }
  return page;
}

/** An artist with all of their albums and tracks. */
export async function artist(from: Api, id: string) {
  const page = await from.ask(api.catalogue.artist, { params: { id } });
  for (let offset = MAX_LIST_PAGE; offset < Math.max(page.albumTotal, page.trackTotal); offset += MAX_LIST_PAGE) {
    const next = await from.ask(api.catalogue.artist, { params: { id }, query: { offset } });
    page.albums.push(...next.albums);
    page.tracks.push(...next.tracks);
  }
  return page;
}

export const albums = (from: Api, limit: number, offset = 0) =>
  from.ask(api.catalogue.albums, { query: { limit, offset } });

export const imports = (from: Api) => from.ask(api.admin.imports);
export const startImport = (from: Api, folder: string, reread: boolean) =>
  from.ask(api.admin.startImport, { body: { folder, reread } });

/** @throws {EnxameError} `not_found` */
export async function oneTrack(from: Api, id: string) {
  const { tracks } = await from.ask(api.catalogue.tracks, { query: { ids: [id] } });
  const [found] = tracks;
  if (found === undefined) throw new EnxameError('not_found', 'This track does not exist.');
  return found;
}

export const playlists = (from: Api) => from.ask(api.playlists.list);
/** All of them. */
export async function publicPlaylists(from: Api) {
  const all = await from.ask(api.playlists.public, { query: { limit: PLAYLISTS_A_PAGE } });
  for (let offset = PLAYLISTS_A_PAGE; offset < all.total; offset += PLAYLISTS_A_PAGE) {
    const next = await from.ask(api.playlists.public, { query: { offset, limit: PLAYLISTS_A_PAGE } });
    all.playlists.push(...next.playlists);
    all.people.push(...next.people);
  }
  return all;
}
export const playlist = (from: Api, id: string) => from.ask(api.playlists.get, { params: { id } });
export const changes = (from: Api, id: string) => from.ask(api.playlists.changes, { params: { id } });

export const createPlaylist = (from: Api, given: { name: string; description: string; trackIds: string[] }) =>
  from.ask(api.playlists.create, { body: { playlistId: newId(), ...given } });
export const changePlaylist = (from: Api, id: string, change: { name: string } | { description: string }) =>
  from.ask(api.playlists.change, { params: { id }, body: change });
export const deletePlaylist = (from: Api, id: string) => from.ask(api.playlists.delete, { params: { id } });
export const undo = (from: Api, id: string, messageId: string) =>
  from.ask(api.playlists.undo, { params: { id }, body: { messageId } });
export const share = (from: Api, id: string, visibility: PlaylistVisibility, members: string[]) =>
  from.ask(api.playlists.share, { params: { id }, body: { visibility, members } });

export async function addTracks(from: Api, id: string, trackIds: string[]) {
  const { revision } = await playlist(from, id);
  return from.ask(api.playlists.addEntries, { params: { id }, body: { revision, trackIds } });
}

/** @param positions from 1, as they are shown. @throws {EnxameError} `not_found` */
export async function removeAt(from: Api, id: string, positions: readonly number[]) {
  const page = await playlist(from, id);
  const body = { revision: page.revision, entryIds: entriesAt(page, positions) };
  return from.ask(api.playlists.removeEntries, { params: { id }, body });
}

/** Moves the entry at `at` so that it stands at `to`; both from 1. @throws {EnxameError} `not_found` */
export async function moveEntry(from: Api, id: string, at: number, to: number) {
  const page = await playlist(from, id);
  const entryIds = entriesAt(page, [at]);
  const others = page.entries.filter((entry) => !entryIds.includes(entry.entryId));
  const before = others[to - 1]?.entryId ?? null;
  return from.ask(api.playlists.reorder, { params: { id }, body: { revision: page.revision, entryIds, before } });
}

function entriesAt(page: PlaylistPage, positions: readonly number[]): string[] {
  return positions.map((position) => {
    const entry = page.entries[position - 1];
    if (entry === undefined) {
      throw new EnxameError(
        'not_found',
        `This playlist has ${page.entries.length} entries; there is none at position ${position}.`,
      );
    }
    return entry.entryId;
  });
}

export const importPlaylist = (from: Api, body: { format: ImportFormat; name?: string; text: string }) =>
  from.ask(api.playlists.import, { body });
export const exportPlaylist = (from: Api, id: string, format: 'm3u8' | 'xspf') =>
  from.read(api.playlists.export, { params: { id }, query: { format } }, (answer) => answer.text());

/** @param given.playId of a play that was started; a new one where there is none */
export const recordPlay = (
  from: Api,
  type: 'started' | 'finished' | 'skipped',
  given: { trackId: string; playId: string; positionS: number; durationS: number },
) => {
  const heard = type === 'started' ? {} : { listenedS: given.positionS };
  return from.ask(api.history.report, { body: { type, ...given, ...heard } });
};
export const recent = (from: Api, limit: number) => from.ask(api.history.recent, { query: { limit } });
export const top = (from: Api, window: StatsWindow, limit: number) =>
  from.ask(api.history.top, { query: { window, limit } });
export const statistics = (from: Api, window: StatsWindow) => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return from.ask(api.history.statistics, { query: { window, timeZone } });
};
export const exportHistory = <T>(from: Api, read: (answer: Response) => Promise<T>) =>
  from.read(api.history.export, {}, read);

/**
 * Says a change and waits for the fact that answers it.
 * @returns the change's answer and the fact; without waiting, or when no fact came in time, the fact is null
 * @throws {EnxameError} why the change was refused
 */
export async function confirmed<A extends { messageId: string }>(
  from: Api,
  change: () => Promise<A>,
  wait = true,
): Promise<{ answer: A; fact: Message<'changed.playlist'> | null }> {
  if (!wait) return { answer: await change(), fact: null };
  const heard: Message<'changed.playlist'>[] = [];
  let wake = () => {};
  // Heard from before the change on: its fact may come sooner than its answer.
  const facts: Facts = await hearFacts(from, {
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
