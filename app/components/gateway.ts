/** The gateway as the pages see it: one function a question, answers parsed by their contracts. */
import * as z from 'zod/mini';
import { importStatus, track } from '@/lib/contracts/catalog';
import { EnxameError, isEnxameError, type Problem, problem } from '@/lib/contracts/errors';
import { forwarding, type StatsWindow, topTrack } from '@/lib/contracts/history';
import {
  accepted,
  COMMAND_ID_HEADER,
  commandOutcome,
  health,
  importedPlaylist,
  invite,
  me,
  parkedMessage,
  person,
  publicPerson,
} from '@/lib/contracts/http';
import { type PlaylistVisibility, playlistDetail } from '@/lib/contracts/playlists';
import { rpc } from '@/lib/contracts/rpc';

interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Of the command that the request gives: with it a repeat is applied once. */
  commandId?: string;
  /** Lives on when the page goes away. */
  keepalive?: boolean;
}

/** better-auth's own refusals, which are no problem documents. */
const foreignError = z.object({ message: z.string(), code: z.optional(z.string()) });

/** @throws {EnxameError} the gateway's refusal (its problem document is the `cause`); `unavailable` when it is out of reach */
async function call<T>(path: string, schema: z.ZodMiniType<T>, ask: Ask = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: ask.method ?? 'GET',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ask.commandId === undefined ? {} : { [COMMAND_ID_HEADER]: ask.commandId }),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
      ...(ask.keepalive === undefined ? {} : { keepalive: ask.keepalive }),
    });
  } catch (cause) {
    if (ask.signal?.aborted) throw cause;
    throw new EnxameError('unavailable', 'Could not reach the server. Check your connection.', { cause });
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(response.status, body, response.headers.get('retry-after'));
  const answer = schema.safeParse(body);
  if (!answer.success) {
    throw new EnxameError('internal', 'The server sent an unexpected answer. Reload the page.', {
      cause: answer.error,
    });
  }
  return answer.data;
}

function refusal(status: number, body: unknown, retryAfter: string | null): EnxameError {
  const seconds = Number(retryAfter);
  const options = retryAfter !== null && Number.isFinite(seconds) ? { retryAfterS: seconds } : {};
  const told = problem.safeParse(body);
  if (told.success) {
    return new EnxameError(told.data.code, told.data.detail ?? told.data.title, { ...options, cause: told.data });
  }
  const foreign = foreignError.safeParse(body);
  const message = foreign.success ? foreign.data.message : 'Something went wrong on the server.';
  if (status === 401) return new EnxameError('not_signed_in', message, options);
  if (status === 403) return new EnxameError('forbidden', message, options);
  if (status === 429) return new EnxameError('too_many_requests', message, options);
  if (status === 400 || status === 422) return new EnxameError('invalid_request', message, options);
  return new EnxameError(status >= 502 ? 'unavailable' : 'internal', message, options);
}

/** Which fields a refusal complains of, by name. */
export function fieldIssues(error: unknown): Record<string, string> {
  if (!isEnxameError(error)) return {};
  const told = problem.safeParse(error.cause);
  const issues: Problem['issues'] = told.success ? told.data.issues : undefined;
  return Object.fromEntries((issues ?? []).map((issue) => [issue.path, issue.message]));
}

const anything: z.ZodMiniType<unknown> = z.unknown();
const withTracks = { tracks: z.array(track) };
const withPeople = { people: z.array(publicPerson) };
export const playlistPage = z.object({ ...playlistDetail.shape, ...withTracks, ...withPeople });
const playlistList = z.object({ ...rpc['playlists.list'].result.shape, ...withPeople });
export type PlaylistList = z.infer<typeof playlistList>;
const publicPlaylists = z.object({ ...rpc['playlists.public'].result.shape, ...withPeople });
const playlistChanges = z.object({ ...rpc['playlists.changes'].result.shape, ...withPeople });
const parked = z.object({ messages: z.array(parkedMessage), total: z.int() });
export type PlaylistPage = z.infer<typeof playlistPage>;
const historyPage = z.object({ ...rpc['history.recent'].result.shape, ...withTracks });
const topPage = z.object({ top: z.array(topTrack), total: z.int(), ...withTracks });
const people = z.object({ people: z.array(person) });

export interface Page {
  offset: number;
  limit: number;
}
const paged = ({ offset, limit }: Page) => `offset=${offset}&limit=${limit}`;

type Credentials = { name: string; email: string; password: string };

export const gateway = {
  me: (signal?: AbortSignal) => call('/api/me', me, { signal }),
  health: (signal?: AbortSignal) => call('/api/health', health, { signal }),
  setup: (body: Credentials & { setupToken?: string }) => call('/api/setup', anything, { method: 'POST', body }),
  signUp: (body: Credentials & { invite?: string }) => call('/api/signup', anything, { method: 'POST', body }),
  signIn: (body: { email: string; password: string }) =>
    call('/api/auth/sign-in/email', anything, { method: 'POST', body }),
  signOut: () => call('/api/auth/sign-out', anything, { method: 'POST', body: {} }),

  search: (q: string, page: Page, signal?: AbortSignal) =>
    call(`/api/search?q=${encodeURIComponent(q)}&${paged(page)}`, rpc['catalog.search'].result, { signal }),
  albums: (page: Page, signal?: AbortSignal) =>
    call(`/api/albums?${paged(page)}`, rpc['catalog.albums'].result, { signal }),
  album: (id: string, signal?: AbortSignal) => call(`/api/albums/${id}`, rpc['catalog.album'].result, { signal }),
  artists: (page: Page, signal?: AbortSignal) =>
    call(`/api/artists?${paged(page)}`, rpc['catalog.artists'].result, { signal }),
  artist: (id: string, signal?: AbortSignal) => call(`/api/artists/${id}`, rpc['catalog.artist'].result, { signal }),
  tracks: (ids: readonly string[], signal?: AbortSignal) =>
    call(`/api/tracks?ids=${ids.join(',')}`, rpc['catalog.tracks'].result, { signal }),

  playlists: (signal?: AbortSignal) => call('/api/playlists', playlistList, { signal }),
  playlist: (id: string, signal?: AbortSignal) => call(`/api/playlists/${id}`, playlistPage, { signal }),
  /** What became of a command. */
  commandOutcome: (commandId: string) => call(`/api/commands/${commandId}`, commandOutcome),
  createPlaylist: (body: { playlistId: string; name: string; trackIds: readonly string[] }, commandId: string) =>
    call('/api/playlists', accepted, { method: 'POST', body, commandId }),
  renamePlaylist: (id: string, name: string, commandId: string) =>
    call(`/api/playlists/${id}`, accepted, { method: 'PATCH', body: { name }, commandId }),
  describePlaylist: (id: string, description: string, commandId: string) =>
    call(`/api/playlists/${id}`, accepted, { method: 'PATCH', body: { description }, commandId }),
  reorderEntries: (
    id: string,
    body: { revision: number; entryIds: readonly string[]; before: string | null },
    commandId: string,
  ) => call(`/api/playlists/${id}/order`, accepted, { method: 'POST', body, commandId }),
  /** @param body.members e-mail addresses, or account ids that are known */
  sharePlaylist: (
    id: string,
    body: { visibility: PlaylistVisibility; members: readonly string[] },
    commandId: string,
  ) => call(`/api/playlists/${id}/sharing`, accepted, { method: 'PUT', body, commandId }),
  undoChange: (id: string, messageId: string, commandId: string) =>
    call(`/api/playlists/${id}/undo`, accepted, { method: 'POST', body: { messageId }, commandId }),
  playlistChanges: (id: string, signal?: AbortSignal) =>
    call(`/api/playlists/${id}/changes`, playlistChanges, { signal }),
  publicPlaylists: (signal?: AbortSignal) => call('/api/playlists/public', publicPlaylists, { signal }),
  importPlaylist: (body: { format: 'm3u8' | 'xspf'; text: string; playlistId: string }, commandId: string) =>
    call('/api/playlists/import', importedPlaylist, { method: 'POST', body, commandId }),
  deletePlaylist: (id: string, commandId: string) =>
    call(`/api/playlists/${id}`, accepted, { method: 'DELETE', commandId }),
  addEntries: (
    id: string,
    body: { revision: number; trackIds: readonly string[]; entryIds: readonly string[] },
    commandId: string,
  ) => call(`/api/playlists/${id}/entries`, accepted, { method: 'POST', body, commandId }),
  removeEntries: (id: string, body: { revision: number; entryIds: readonly string[] }, commandId: string) =>
    call(`/api/playlists/${id}/entries`, accepted, { method: 'DELETE', body, commandId }),

  history: (page: Page, signal?: AbortSignal) => call(`/api/history?${paged(page)}`, historyPage, { signal }),
  topTracks: (window: StatsWindow, page: Page, signal?: AbortSignal) =>
    call(`/api/history/top?window=${window}&${paged(page)}`, topPage, { signal }),
  /** @param timeZone whose days and hours: an IANA name */
  statistics: (window: StatsWindow, timeZone: string, signal?: AbortSignal) =>
    call(`/api/history/stats?window=${window}&timeZone=${encodeURIComponent(timeZone)}`, rpc['history.stats'].result, {
      signal,
    }),
  forwarding: (signal?: AbortSignal) => call('/api/history/forwarding', forwarding, { signal }),
  /** @param token of the other server; null: forward no more */
  forward: (token: string | null) => call('/api/history/forwarding', forwarding, { method: 'PUT', body: { token } }),
  releasePlayback: (peerId: string) =>
    call('/api/playback/release', anything, { method: 'POST', body: { peerId }, keepalive: true }),
  reportPlay: (body: unknown) => call('/api/plays', anything, { method: 'POST', body, keepalive: true }),

  people: (signal?: AbortSignal) => call('/api/people', people, { signal }),
  addPerson: (body: Credentials & { role: 'admin' | 'listener' }) =>
    call('/api/people', anything, { method: 'POST', body }),
  changePerson: (id: string, body: { disabled?: boolean; role?: 'admin' | 'listener' }) =>
    call(`/api/people/${id}`, anything, { method: 'PATCH', body }),
  invite: () => call('/api/invites', invite, { method: 'POST', body: {} }),

  parked: (signal?: AbortSignal) => call('/api/parked', parked, { signal }),
  endParked: (verb: 'replay' | 'discard', body: { queue: string; ids: readonly string[] }) =>
    call(`/api/parked/${verb}`, anything, { method: 'POST', body }),

  imports: (signal?: AbortSignal) => call('/api/imports', rpc['catalog.imports'].result, { signal }),
  /** @param folder a folder on the server; `demo` is the music that comes with Enxame */
  startImport: (folder: string) => call('/api/imports', importStatus, { method: 'POST', body: { folder } }),
  withdraw: (trackId: string, withdrawn: boolean) =>
    call(`/api/tracks/${trackId}`, anything, { method: 'PATCH', body: { withdrawn } }),
  summary: (signal?: AbortSignal) => call('/api/summary', rpc['catalog.summary'].result, { signal }),
};

export const coverUrl = (id: string, size: 'small' | 'large') => `/api/covers/${id}?size=${size}`;

export const exportUrl = (id: string, format: 'm3u8' | 'xspf') => `/api/playlists/${id}/export?format=${format}`;
