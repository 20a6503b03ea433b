import * as z from 'zod/mini';
import { accountId, id, messageId } from './ids';

/** Databases take neither NUL nor halves of surrogate pairs; other control characters are no part of a name. */
const plain = (pattern: RegExp) => z.regex(pattern, 'must not hold control characters');
export const MAX_PLAYLIST_NAME_CHARS = 200;
export const playlistName = z
  .string()
  .check(z.trim(), z.minLength(1), z.maxLength(MAX_PLAYLIST_NAME_CHARS), plain(/^[^\p{Cc}\p{Cs}]*$/u));
/** May have several lines. */
export const playlistDescription = z
  .string()
  .check(z.trim(), z.maxLength(2000), plain(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u));
/** `private`: its owner alone; `shared`: chosen listeners see and change it; `public`: every listener here sees it. */
export const playlistVisibility = z.enum(['private', 'shared', 'public']);
export type PlaylistVisibility = z.infer<typeof playlistVisibility>;
export const MAX_PLAYLIST_MEMBERS = 50;
/** So that a playlist stays one answer (80 bytes an entry), and its creation one message. */
export const MAX_PLAYLIST_ENTRIES = 5_000;

export const playlistSummary = z.object({
  id,
  name: z.string(),
  description: z.string(),
  visibility: playlistVisibility,
  ownerId: accountId,
  /** Of who asks: `owner` may do everything, `editor` change what is in it, `reader` look. */
  role: z.enum(['owner', 'editor', 'reader']),
  revision: z.int(),
  trackCount: z.int(),
  updatedAt: z.int(),
});
export type PlaylistSummary = z.infer<typeof playlistSummary>;

export const playlistDetail = z.object({
  ...playlistSummary.shape,
  /** Empty for a `reader`. */
  members: z.array(accountId),
  entries: z.array(z.object({ entryId: id, trackId: id, addedAt: z.int() })),
});
export type PlaylistDetail = z.infer<typeof playlistDetail>;

/** What a command did to a playlist, for who may undo it. */
export const playlistChange = z.object({
  messageId,
  /** Type of the command, such as `playlist.add`. */
  type: z.string(),
  actorId: accountId,
  at: z.int(),
  undone: z.boolean(),
});
export type PlaylistChange = z.infer<typeof playlistChange>;
