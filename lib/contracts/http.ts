/** Bodies of the gateway's routes that are not already a contract of their own. */
import * as z from 'zod/mini';
import { accountId, accountRole, id, messageId } from './ids';
import { durableQueues } from './messages';
import {
  MAX_PLAYLIST_MEMBERS,
  playlistDescription,
  playlistMember,
  playlistName,
  playlistVisibility,
} from './playlists';
import { componentHealth, rpc } from './rpc';
import { email, line, path } from './text';

/** Largest JSON body the gateway reads. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Largest body of `POST /api/playlists/import`: 5,000 lines with their tags and paths. */
export const MAX_IMPORT_BYTES = 1024 * 1024;

export const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  components: z.record(z.string(), componentHealth),
});
export type Health = z.infer<typeof health>;

/** 12 characters at least, as NIST SP 800-63B advises for a password alone (15 for high stakes), none of composition. */
const password = z.string().check(z.minLength(12), z.maxLength(128));
const personName = line(100, 1);

/** `POST /api/setup`: the first account. `setupToken` only away from loopback. */
export const setupRequest = z.object({
  name: personName,
  email,
  password,
  setupToken: z.optional(line(100)),
});
/** `POST /api/auth/sign-in/email` */
export const signInRequest = z.object({
  email: line(254),
  password: z.string().check(z.maxLength(128)),
});
/** `POST /api/people` (administrators). */
export const addPersonRequest = z.object({ name: personName, email, password, role: accountRole });
/** `PATCH /api/people/:id` (administrators). */
export const changePersonRequest = z.object({ disabled: z.optional(z.boolean()), role: z.optional(accountRole) });
export const person = z.object({
  id: accountId,
  name: z.string(),
  email: z.string(),
  role: accountRole,
  disabled: z.boolean(),
  createdAt: z.int(),
});
export type Person = z.infer<typeof person>;
/** `POST /api/invites` (administrators) answers it; `POST /api/signup` takes it where SIGNUP=invite. */
export const invite = z.object({ code: z.string(), expiresAt: z.int() });
export const signupRequest = z.object({
  name: personName,
  email,
  password,
  invite: z.optional(line(100)),
});

/** `POST /api/peer` */
export const peerRequest = z.object({ peerId: id });

/**
 * Header of a request that gives a command: the command's id (a UUID), chosen by the client once for each thing its user wants. A request
 * that is repeated with it is applied once, however often it arrives. Absent: the server chooses one.
 */
export const COMMAND_ID_HEADER = 'idempotency-key';
/** `POST /api/playlists`, `…/:id/entries`, …: accepted, applied soon; the event names the message, which is the command's id. */
export const accepted = z.object({ messageId, playlistId: z.optional(id) });
export type Accepted = z.infer<typeof accepted>;
/** `GET /api/commands/:id`: what became of a command, for who missed its event. */
export const commandOutcome = rpc['playlists.outcome'].result;
export type CommandOutcome = z.infer<typeof commandOutcome>;
/**
 * All that one listener may see of another. Beside playlists (`people` of `GET /api/playlists`, `…/public`, `…/:id`,
 * `…/:id/changes`): the accounts they mention.
 */
export const publicPerson = z.object({ id: accountId, name: z.string() });
export type PublicPerson = z.infer<typeof publicPerson>;
export const createPlaylistRequest = z.object({
  /** Made by the page, so that it can show the playlist at once and a repeat makes no second one. */
  playlistId: z.optional(id),
  name: playlistName,
  description: z._default(playlistDescription, ''),
  trackIds: z._default(z.array(id).check(z.maxLength(500)), []),
});
/** `PATCH /api/playlists/:id`: one of both. */
export const changePlaylistRequest = z.union([
  z.strictObject({ name: playlistName }),
  z.strictObject({ description: playlistDescription }),
]);
/** `PUT /api/playlists/:id/sharing`. Members are named by their e-mail address or by an account id that the page knows. */
export const sharePlaylistRequest = z.object({
  visibility: playlistVisibility,
  members: z.array(playlistMember).check(z.maxLength(MAX_PLAYLIST_MEMBERS)),
});
/** `POST /api/playlists/:id/order` */
export const reorderEntriesRequest = z.object({
  revision: z.int(),
  entryIds: z.array(id).check(z.minLength(1), z.maxLength(500)),
  before: z.nullable(id),
});
/** `POST /api/playlists/:id/undo` */
export const undoRequest = z.object({ messageId });
/** `POST /api/playlists/import`: a file of another program; tracks are found by their tags. */
export const importPlaylistRequest = z.object({
  format: z.enum(['m3u8', 'xspf']),
  name: z.optional(playlistName),
  /** Made by the page, so that a repeat makes no second one. */
  playlistId: z.optional(id),
  text: z.string().check(z.minLength(1), z.maxLength(MAX_IMPORT_BYTES)),
});
/** Answer to it: what was found, and the lines that were not, as the file names them. */
export const importedPlaylist = z.object({
  ...accepted.shape,
  found: z.int(),
  missing: z.array(z.string()),
});
export type ImportedPlaylist = z.infer<typeof importedPlaylist>;
/** `PUT /api/history/forwarding`; null: no more. */
export const forwardingRequest = z.object({
  token: z.nullable(line(200, 8)),
});
/** `GET /api/parked` (administrators): messages put aside. `POST /api/parked/replay`, `/api/parked/discard` name some. */
export const parkedMessage = z.object({
  /** Names it among those of its queue. */
  id: z.string(),
  queue: z.string(),
  type: z.string(),
  reason: z.string(),
  failures: z.int(),
  parkedAt: z.nullable(z.int()),
  /** The message as it came, its beginning only. */
  body: z.string(),
});
export type ParkedMessage = z.infer<typeof parkedMessage>;
export const parkedRequest = z.object({
  queue: z.enum(Object.values(durableQueues)),
  /** None: all. */
  ids: z.optional(z.array(line(100)).check(z.minLength(1), z.maxLength(500))),
});
export const addEntriesRequest = z
  .object({
    revision: z.int(),
    trackIds: z.array(id).check(z.minLength(1), z.maxLength(500)),
    /** One for each track, made by the page, so that it can show and remove the entries at once. */
    entryIds: z.optional(z.array(id).check(z.maxLength(500))),
  })
  .check(
    z.refine(({ trackIds, entryIds }) => entryIds === undefined || entryIds.length === trackIds.length, {
      path: ['entryIds'],
      error: 'must be as many as trackIds',
    }),
  );
export const removeEntriesRequest = z.object({
  revision: z.int(),
  entryIds: z.array(id).check(z.minLength(1), z.maxLength(500)),
});

/** `POST /api/plays`: an event of the player. */
export const playEvent = z.object({
  type: z.enum(['started', 'finished', 'skipped']),
  trackId: id,
  playId: id,
  positionS: z.number().check(z.gte(0)),
  /** How long ago it happened, when the server could not be told at once; at most a day. */
  agoS: z.optional(z.number().check(z.gte(0), z.lte(86_400))),
  listenedS: z.optional(z.number().check(z.gte(0), z.lte(1e7))),
  durationS: z.optional(z.number().check(z.gte(0), z.lte(1e7))),
  bytes: z.optional(
    z.object({
      cache: z.int().check(z.gte(0)),
      peer: z.int().check(z.gte(0)),
      origin: z.int().check(z.gte(0)),
    }),
  ),
});

export const importRequest = z.object({ folder: path });
export const withdrawRequest = z.object({ withdrawn: z.boolean() });

/** `GET /api/me`: who is here, and what this server allows. Answers also when nobody is signed in. */
export const me = z.object({
  account: z.nullable(z.object({ id: accountId, name: z.string(), email: z.string(), role: accountRole })),
  /** No account exists yet: lead to the first-run page. */
  firstRun: z.boolean(),
  /** The first-run page must ask for the token on the server's console. */
  setupTokenNeeded: z.boolean(),
  signup: z.enum(['open', 'invite', 'closed']),
  /** Whether each tab is a peer of its own, or the tabs of one browser share one. */
  tabs: z.enum(['each', 'shared']),
  /** Whether links can go through a relay, or must. */
  relay: z.enum(['none', 'offered', 'only']),
});
export type Me = z.infer<typeof me>;
