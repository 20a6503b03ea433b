/** Playlists. A change is a command: accepted with 202, applied soon; the event `changed.playlist` names its message. */
import * as z from 'zod/mini';
import { longPage, page, track } from '../catalog';
import { MAX_ENTRIES_A_CHANGE, MAX_PLAYLIST_MEMBERS } from '../choices';
import { id, messageId } from '../ids';
import {
  importFormat,
  playlistDescription,
  playlistDetail,
  playlistMember,
  playlistName,
  playlistVisibility,
} from '../playlists';
import { rpc } from '../rpc';
import { smartRules } from '../smart';
import { publicPerson } from './account';
import { endpoint } from './endpoint';

/** Largest body of an import, bytes: 5,000 lines with their tags, and paths of some 600 bytes. */
export const MAX_IMPORT_BYTES = 4 * 1024 * 1024;

const withPeople = { people: z.array(publicPerson) };

/** The broker has the command durably, and it will be applied soon. The event names the message, which is the command's id. */
export const accepted = z.object({ messageId, playlistId: z.optional(id) });
export type Accepted = z.infer<typeof accepted>;
/** What became of a command. */
export const commandOutcome = rpc['playlists.outcome'].result;
export type CommandOutcome = z.infer<typeof commandOutcome>;

const playlistList = z.object({ ...rpc['playlists.list'].result.shape, ...withPeople });
export type PlaylistList = z.infer<typeof playlistList>;
/** With its tracks, of those that the library has. */
const playlistPage = z.object({ ...playlistDetail.shape, tracks: z.array(track), ...withPeople });
export type PlaylistPage = z.infer<typeof playlistPage>;

/** A part of a playlist's tracks. `total`, `durationS`: of all of them. */
const playlistTracks = z.object({ tracks: z.array(track), total: z.int(), durationS: z.number() });

/** Formats of playlist files for other programs. */
const playlistFormat = z.enum(['m3u8', 'xspf']);

/** What was found, and the lines that were not, as the file names them. */
export const importedPlaylist = z.object({
  ...accepted.shape,
  found: z.int(),
  missing: z.array(z.string()),
});
export type ImportedPlaylist = z.infer<typeof importedPlaylist>;

const params = z.object({ id });
const ids = z.array(id).check(z.minLength(1), z.maxLength(MAX_ENTRIES_A_CHANGE));

export const playlists = {
  list: endpoint({
    method: 'GET',
    path: '/api/playlists',
    access: 'listener',
    summary: 'Your playlists, and those that others share with you.',
    answer: playlistList,
  }),
  public: endpoint({
    method: 'GET',
    path: '/api/playlists/public',
    access: 'listener',
    summary: 'The public playlists of everybody.',
    query: page,
    answer: z.object({ ...rpc['playlists.public'].result.shape, ...withPeople }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/playlists/{id}',
    access: 'listener',
    summary: 'A playlist with its tracks. `after`: a change that the answer must include.',
    params,
    query: z.object({ after: z.optional(messageId) }),
    answer: playlistPage,
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/playlists',
    access: 'listener',
    summary: 'Makes a playlist. With a `playlistId` of its own, a repeat makes no second one.',
    body: z.object({
      /** Made by the page, so that it can show the playlist at once. */
      playlistId: z.optional(id),
      name: playlistName,
      description: z._default(playlistDescription, ''),
      trackIds: z._default(z.array(id).check(z.maxLength(MAX_ENTRIES_A_CHANGE)), []),
      /** Makes it a smart playlist, which has no tracks of its own. */
      rules: z.optional(smartRules),
    }),
    command: true,
    status: 202,
    answer: accepted,
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/api/playlists/{id}',
    access: 'listener',
    summary: 'Changes the name, the description, or the rules of a smart playlist: one of them.',
    params,
    body: z.union([
      z.strictObject({ name: playlistName }),
      z.strictObject({ description: playlistDescription }),
      z.strictObject({ rules: smartRules }),
    ]),
    command: true,
    status: 202,
    answer: accepted,
  }),
  tracks: endpoint({
    method: 'GET',
    path: '/api/playlists/{id}/tracks',
    access: 'listener',
    summary:
      'The tracks of a playlist that the library has, 500 at a time, and how many there are. Those of a smart playlist are chosen now.',
    params,
    query: longPage,
    answer: playlistTracks,
  }),
  preview: endpoint({
    method: 'POST',
    path: '/api/playlists/preview',
    access: 'listener',
    summary: 'What a smart playlist of yours with these rules would have: its first tracks, and how many there are.',
    body: z.object({ rules: smartRules }),
    answer: playlistTracks,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/playlists/{id}',
    access: 'listener',
    summary: 'Deletes a playlist; undo restores it for 30 days.',
    params,
    command: true,
    status: 202,
    answer: accepted,
  }),
  addEntries: endpoint({
    method: 'POST',
    path: '/api/playlists/{id}/entries',
    access: 'listener',
    summary: 'Adds tracks to the end.',
    params,
    body: z
      .object({
        revision: z.int(),
        trackIds: ids,
        /** One for each track, made by the page, so that it can show and remove the entries at once. */
        entryIds: z.optional(z.array(id).check(z.maxLength(MAX_ENTRIES_A_CHANGE))),
      })
      .check(
        z.refine(({ trackIds, entryIds }) => entryIds === undefined || entryIds.length === trackIds.length, {
          path: ['entryIds'],
          error: 'must be as many as trackIds',
        }),
      ),
    command: true,
    status: 202,
    answer: accepted,
  }),
  removeEntries: endpoint({
    method: 'DELETE',
    path: '/api/playlists/{id}/entries',
    access: 'listener',
    summary: 'Removes entries.',
    params,
    body: z.object({ revision: z.int(), entryIds: ids }),
    command: true,
    status: 202,
    answer: accepted,
  }),
  reorder: endpoint({
    method: 'POST',
    path: '/api/playlists/{id}/order',
    access: 'listener',
    summary: 'Moves entries, in the order given, to just before another one; `before` null: to the end.',
    params,
    body: z.object({ revision: z.int(), entryIds: ids, before: z.nullable(id) }),
    command: true,
    status: 202,
    answer: accepted,
  }),
  share: endpoint({
    method: 'PUT',
    path: '/api/playlists/{id}/sharing',
    access: 'listener',
    summary:
      'Sets who may see a playlist, and with `shared` also change what is in it. Members are e-mail addresses, or account ids from `people`.',
    params,
    body: z.object({
      visibility: playlistVisibility,
      members: z.array(playlistMember).check(z.maxLength(MAX_PLAYLIST_MEMBERS)),
    }),
    command: true,
    status: 202,
    answer: accepted,
  }),
  undo: endpoint({
    method: 'POST',
    path: '/api/playlists/{id}/undo',
    access: 'listener',
    summary: 'Undoes one change; the message of the answer can be undone in turn.',
    params,
    body: z.object({ messageId }),
    command: true,
    status: 202,
    answer: accepted,
  }),
  changes: endpoint({
    method: 'GET',
    path: '/api/playlists/{id}/changes',
    access: 'listener',
    summary: 'The latest changes, which can be undone, the newest first.',
    params,
    answer: z.object({ ...rpc['playlists.changes'].result.shape, ...withPeople }),
  }),
  outcome: endpoint({
    method: 'GET',
    path: '/api/commands/{id}',
    access: 'listener',
    summary:
      'What became of a command of yours, for clients that missed its event. Waits up to 2 seconds for it to be handled.',
    params: z.object({ id: messageId }),
    answer: commandOutcome,
  }),
  import: endpoint({
    method: 'POST',
    path: '/api/playlists/import',
    access: 'listener',
    summary:
      'Makes a playlist of those tracks of another program’s file that are here; they are found by their tags. `nsp`: a smart playlist of Navidrome.',
    body: z.object({
      format: importFormat,
      name: z.optional(playlistName),
      /** Made by the page, so that a repeat makes no second one. */
      playlistId: z.optional(id),
      text: z.string().check(z.minLength(1), z.maxLength(MAX_IMPORT_BYTES)),
    }),
    maxBodyBytes: MAX_IMPORT_BYTES,
    command: true,
    status: 202,
    answer: importedPlaylist,
  }),
  export: endpoint({
    method: 'GET',
    path: '/api/playlists/{id}/export',
    access: 'listener',
    summary: 'A playlist as a file for other programs.',
    params,
    query: z.object({ format: z._default(playlistFormat, 'm3u8') }),
    media: ['application/vnd.apple.mpegurl', 'application/xspf+xml'],
  }),
} as const;
