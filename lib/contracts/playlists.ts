import * as z from 'zod/mini';
import { PLAYLIST_VISIBILITIES } from './choices';
import { email, line, lines } from './fields';
import { accountId, id, messageId } from './ids';
import { smartRules } from './smart';

export const MAX_PLAYLIST_NAME_CHARS = 200;
export const playlistName = line(MAX_PLAYLIST_NAME_CHARS, 1);
/** May have several lines. */
export const MAX_PLAYLIST_DESCRIPTION_CHARS = 2_000;
export const playlistDescription = lines(MAX_PLAYLIST_DESCRIPTION_CHARS);
/** `private`: its owner alone; `shared`: chosen listeners see and change it; `public`: every listener here sees it. */
export const playlistVisibility = z.enum(PLAYLIST_VISIBILITIES);
export type { PlaylistVisibility } from './choices';
/** So that a playlist stays one answer (80 bytes an entry), and its creation one message. */
export const MAX_PLAYLIST_ENTRIES = 5_000;

/** Formats of files that a playlist is made of; the tables and documents of services are only read, and so are Navidrome's smart playlists. */
export const importFormat = z.enum(['m3u8', 'xspf', 'csv', 'json', 'nsp']);
export type ImportFormat = z.infer<typeof importFormat>;

export const playlistSummary = z.object({
  id,
  name: z.string(),
  description: z.string(),
  visibility: playlistVisibility,
  ownerId: accountId,
  /** Of who asks: `owner` may do everything, `editor` change what is in it, `reader` look. */
  role: z.enum(['owner', 'editor', 'reader']),
  revision: z.int(),
  /** Of a smart playlist 0: which tracks it has is known only when they are asked for. */
  trackCount: z.int(),
  /** Its tracks are chosen by rules. Older servers do not say it. */
  smart: z.optional(z.boolean()),
  updatedAt: z.int(),
});
export type PlaylistSummary = z.infer<typeof playlistSummary>;

/** An account that the page knows, or an e-mail address. */
export const playlistMember = z.union([accountId, email]);

export const playlistDetail = z.object({
  ...playlistSummary.shape,
  /**
   * Whom it is shared with. For its owner as they named them, so that nobody learns whether an address belongs to an account,
   * or to which; for an `editor` themselves and those named by account; empty for a `reader`.
   */
  members: z.array(playlistMember),
  entries: z.array(z.object({ entryId: id, trackId: id, addedAt: z.int() })),
  /** Of a smart playlist, whose `entries` are empty; by its owner's plays, favourites and ratings. */
  rules: z.optional(smartRules),
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
