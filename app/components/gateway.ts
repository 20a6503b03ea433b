/** The gateway as the pages ask it: one function a question. Listening pages ask through ask.ts, which loads it. */
import { httpClient } from '@/lib/client/http';
import { issuesOf } from '@/lib/client/http-errors';
import { api } from '@/lib/contracts/api';
import type { Locale } from '@/lib/contracts/api/account';
import type { InputOf } from '@/lib/contracts/api/endpoint';
import type { MarkedKind } from '@/lib/contracts/choices';
import type { StatsWindow } from '@/lib/contracts/history';
import type { HeardShelf } from '@/lib/contracts/shelves';

const { ask } = httpClient({
  init: { credentials: 'same-origin', cache: 'no-store' },
  sentences: {
    unreachable: 'Could not reach the server. Check your connection.',
    notUnderstood: 'The server sent an unexpected answer. Reload the page.',
    refused: () => 'Something went wrong on the server.',
  },
});

/** Which fields a refusal complains of, by name. */
export function fieldIssues(error: unknown): Record<string, string> {
  return Object.fromEntries(issuesOf(error).map((issue) => [issue.path, issue.message]));
}

export interface Page {
  offset: number;
  limit: number;
}

const { account, catalogue, home, playback, playlists, marks, mixes, history, queues, admin, tags, server } = api;
type QueryFor<E> = NonNullable<InputOf<E> extends { readonly query?: infer Q } ? Q : never>;
type BodyFor<E> = InputOf<E> extends { readonly body: infer B } ? B : never;

export const gateway = {
  me: (signal?: AbortSignal) => ask(account.me, { signal }),
  /** The language of the pages, wherever this account is signed in. */
  setLocale: (locale: Locale) => ask(account.changeMe, { body: { locale } }),
  setName: (name: string) => ask(account.changeMe, { body: { name } }),
  changeEmail: (body: BodyFor<typeof account.changeEmail>) => ask(account.changeEmail, { body }),
  changePassword: (body: BodyFor<typeof account.changePassword>) => ask(account.changePassword, { body }),
  deleteMe: (currentPassword: string) => ask(account.deleteMe, { body: { currentPassword } }),
  sessions: (signal?: AbortSignal) => ask(account.sessions, { signal }),
  endSession: (id: string) => ask(account.endSession, { params: { id } }),
  endSessions: (body: BodyFor<typeof account.endSessions>) => ask(account.endSessions, { body }),
  resetPassword: (body: BodyFor<typeof account.resetPassword>) => ask(account.resetPassword, { body }),
  appPasswords: (signal?: AbortSignal) => ask(account.appPasswords, { signal }),
  /** @param name what its owner calls the device */
  makeAppPassword: (name: string) => ask(account.makeAppPassword, { body: { name } }),
  revokeAppPassword: (id: string) => ask(account.revokeAppPassword, { params: { id } }),
  findPeople: (q: string, signal?: AbortSignal) => ask(account.findPeople, { query: { q }, signal }),
  health: (signal?: AbortSignal) => ask(server.health, { signal }),
  setup: (body: BodyFor<typeof account.setUp>) => ask(account.setUp, { body }),
  signUp: (body: BodyFor<typeof account.signUp>) => ask(account.signUp, { body }),
  signIn: (body: BodyFor<typeof account.signIn>) => ask(account.signIn, { body }),
  signOut: () => ask(account.signOut),

  search: (query: QueryFor<typeof catalogue.search>, signal?: AbortSignal) => ask(catalogue.search, { query, signal }),
  albums: (query: QueryFor<typeof catalogue.albums>, signal?: AbortSignal) => ask(catalogue.albums, { query, signal }),
  /** From `offset` on, MAX_LIST_PAGE tracks. */
  album: (id: string, offset: number, signal?: AbortSignal) =>
    ask(catalogue.album, { params: { id }, query: { offset }, signal }),
  artists: (query: QueryFor<typeof catalogue.artists>, signal?: AbortSignal) =>
    ask(catalogue.artists, { query, signal }),
  genres: (query: QueryFor<typeof catalogue.genres>, signal?: AbortSignal) => ask(catalogue.genres, { query, signal }),
  genre: (id: string, signal?: AbortSignal) => ask(catalogue.genre, { params: { id }, signal }),
  years: (signal?: AbortSignal) => ask(catalogue.years, { signal }),
  musicFolders: (signal?: AbortSignal) => ask(catalogue.musicFolders, { signal }),
  /** From `offset` on, MAX_LIST_PAGE tracks. @param path from the imported folder; empty: itself */
  musicFolder: (root: string, path: string, offset: number, signal?: AbortSignal) =>
    ask(catalogue.musicFolder, { params: { root }, query: { offset, ...(path !== '' && { path }) }, signal }),
  trackList: (query: QueryFor<typeof catalogue.trackList>, signal?: AbortSignal) =>
    ask(catalogue.trackList, { query, signal }),
  tracks: (ids: string[], signal?: AbortSignal) => ask(catalogue.tracks, { query: { ids }, signal }),
  lyrics: (trackId: string, signal?: AbortSignal) => ask(catalogue.lyrics, { params: { id: trackId }, signal }),
  /** From `offset` on, MAX_LIST_PAGE albums and as many tracks. */
  artist: (id: string, offset: number, signal?: AbortSignal) =>
    ask(catalogue.artist, { params: { id }, query: { offset }, signal }),

  releasePlayback: (peerId: string) => ask(playback.release, { body: { peerId }, keepalive: true }),

  playlists: (signal?: AbortSignal) => ask(playlists.list, { signal }),
  publicPlaylists: (page: Page, signal?: AbortSignal) => ask(playlists.public, { query: page, signal }),
  playlist: (id: string, signal?: AbortSignal) => ask(playlists.get, { params: { id }, signal }),
  playlistTracks: (id: string, page: Page, signal?: AbortSignal) =>
    ask(playlists.tracks, { params: { id }, query: page, signal }),
  /** What a smart playlist of one's own with these rules would have. */
  previewRules: (rules: BodyFor<typeof playlists.preview>['rules'], signal?: AbortSignal) =>
    ask(playlists.preview, { body: { rules }, signal }),
  playlistChanges: (id: string, signal?: AbortSignal) => ask(playlists.changes, { params: { id }, signal }),
  /** What became of a command. */
  commandOutcome: (commandId: string) => ask(playlists.outcome, { params: { id: commandId } }),
  createPlaylist: (body: BodyFor<typeof playlists.create>, commandId: string) =>
    ask(playlists.create, { body, commandId }),
  renamePlaylist: (id: string, name: string, commandId: string) =>
    ask(playlists.change, { params: { id }, body: { name }, commandId }),
  describePlaylist: (id: string, description: string, commandId: string) =>
    ask(playlists.change, { params: { id }, body: { description }, commandId }),
  definePlaylist: (id: string, rules: BodyFor<typeof playlists.preview>['rules'], commandId: string) =>
    ask(playlists.change, { params: { id }, body: { rules }, commandId }),
  deletePlaylist: (id: string, commandId: string) => ask(playlists.delete, { params: { id }, commandId }),
  addEntries: (id: string, body: BodyFor<typeof playlists.addEntries>, commandId: string) =>
    ask(playlists.addEntries, { params: { id }, body, commandId }),
  removeEntries: (id: string, body: BodyFor<typeof playlists.removeEntries>, commandId: string) =>
    ask(playlists.removeEntries, { params: { id }, body, commandId }),
  reorderEntries: (id: string, body: BodyFor<typeof playlists.reorder>, commandId: string) =>
    ask(playlists.reorder, { params: { id }, body, commandId }),
  /** @param body.members e-mail addresses, or account ids that are known */
  sharePlaylist: (id: string, body: BodyFor<typeof playlists.share>, commandId: string) =>
    ask(playlists.share, { params: { id }, body, commandId }),
  undoChange: (id: string, messageId: string, commandId: string) =>
    ask(playlists.undo, { params: { id }, body: { messageId }, commandId }),
  importPlaylist: (body: BodyFor<typeof playlists.import>, commandId: string) =>
    ask(playlists.import, { body, commandId }),

  /** Of those named, the ones that are favourites or rated. */
  marks: (query: { tracks: string[]; albums: string[]; artists: string[] }) => ask(marks.of, { query }),
  favourites: (kind: MarkedKind, page: Page, signal?: AbortSignal) =>
    ask(marks.favourites, { query: { kind, ...page }, signal }),
  setFavourite: (body: BodyFor<typeof marks.setFavourite>, commandId: string) =>
    ask(marks.setFavourite, { body, commandId }),
  rate: (body: BodyFor<typeof marks.rate>, commandId: string) => ask(marks.rate, { body, commandId }),

  mix: (body: BodyFor<typeof mixes.make>) => ask(mixes.make, { body }),
  home: (query: QueryFor<typeof home.shelves>, signal?: AbortSignal) => ask(home.shelves, { query, signal }),
  shelf: (shelf: HeardShelf, query: QueryFor<typeof home.shelf>, signal?: AbortSignal) =>
    ask(home.shelf, { params: { shelf }, query, signal }),
  history: (page: Page, signal?: AbortSignal) => ask(history.recent, { query: page, signal }),
  topTracks: (window: StatsWindow, page: Page, signal?: AbortSignal) =>
    ask(history.top, { query: { window, ...page }, signal }),
  /** @param timeZone whose days and hours: an IANA name */
  statistics: (window: StatsWindow, timeZone: string, signal?: AbortSignal) =>
    ask(history.statistics, { query: { window, timeZone }, signal }),
  forwarding: (signal?: AbortSignal) => ask(history.forwarding, { signal }),
  /** @param token of the other server; null: forward no more */
  forward: (token: string | null) => ask(history.forward, { body: { token } }),
  reportPlay: (body: BodyFor<typeof history.report>) => ask(history.report, { body, keepalive: true }),

  /** What each of the listener's devices played last. */
  deviceQueues: (signal?: AbortSignal) => ask(queues.list, { signal }),
  deviceQueue: (device: string) => ask(queues.get, { params: { device } }),
  saveDeviceQueue: (device: string, body: BodyFor<typeof queues.save>, keepalive: boolean) =>
    ask(queues.save, { params: { device }, body, keepalive }),

  people: (signal?: AbortSignal) => ask(admin.people, { signal }),
  addPerson: (body: BodyFor<typeof admin.addPerson>) => ask(admin.addPerson, { body }),
  changePerson: (id: string, body: BodyFor<typeof admin.changePerson>) =>
    ask(admin.changePerson, { params: { id }, body }),
  invite: () => ask(admin.invite),
  deletePerson: (id: string) => ask(admin.deletePerson, { params: { id } }),
  /** Of the link with which this person can set a new password. */
  resetLink: (id: string) => ask(admin.resetLink, { params: { id } }),
  deadLetters: (signal?: AbortSignal) => ask(admin.deadLetters, { signal }),
  settleDeadLetters: (verb: 'replay' | 'discard', body: BodyFor<typeof admin.replay>) => ask(admin[verb], { body }),
  imports: (signal?: AbortSignal) => ask(admin.imports, { signal }),
  /** @param folder a folder on the server; `demo` is the music that comes with Enxame @param reread files, too, that seem unchanged */
  startImport: (folder: string, reread = false) => ask(admin.startImport, { body: { folder, reread } }),
  folders: (signal?: AbortSignal) => ask(admin.folders, { signal }),
  removeFolder: (id: string) => ask(admin.removeFolder, { params: { id } }),
  withdraw: (trackId: string, withdrawn: boolean) =>
    ask(admin.withdraw, { params: { id: trackId }, body: { withdrawn } }),
  tagRules: (signal?: AbortSignal) => ask(tags.rules, { signal }),
  /** @param rules null: those that come with Enxame */
  setTagRules: (rules: BodyFor<typeof tags.setRules>['rules']) => ask(tags.setRules, { body: { rules } }),
  previewTagRules: (body: BodyFor<typeof tags.previewRules>) => ask(tags.previewRules, { body }),
  tagSheet: (body: BodyFor<typeof tags.sheet>, signal?: AbortSignal) => ask(tags.sheet, { body, signal }),
  editTags: (body: BodyFor<typeof tags.edit>) => ask(tags.edit, { body }),
  tagEdits: (page: Page, signal?: AbortSignal) => ask(tags.edits, { query: page, signal }),
  /** Its fields follow the files again. */
  revertTagEdit: (id: string) => ask(tags.revert, { params: { id } }),
  undoTagEdit: (id: string) => ask(tags.undo, { params: { id } }),
  summary: (signal?: AbortSignal) => ask(admin.summary, { signal }),
};
