/** What listeners choose among and its limits, apart from the schemas, so that a page can draw itself before it has loaded those. */

export const SHARING_MODES = ['considerate', 'idle-only', 'off'] as const;
export type SharingMode = (typeof SHARING_MODES)[number];

/** `shared`: with the members of a playlist; `public`: with everyone on this server. */
export const PLAYLIST_VISIBILITIES = ['private', 'shared', 'public'] as const;
export type PlaylistVisibility = (typeof PLAYLIST_VISIBILITIES)[number];

/** The interface's languages. */
export const LOCALES = ['en', 'pt-BR'] as const;
export type Locale = (typeof LOCALES)[number];

/** The last 7, 30 or 365 days, or all. */
export const STATS_WINDOWS = ['week', 'month', 'year', 'all'] as const;
export type StatsWindow = (typeof STATS_WINDOWS)[number];

/** Listeners that a playlist is shared with, its owner not among them. */
export const MAX_PLAYLIST_MEMBERS = 50;

/** Entries that one change may name, so that it is one message. */
export const MAX_ENTRIES_A_CHANGE = 500;

/** Letters of a name by which listeners are searched, at least: one would list everybody in 26 questions. */
export const MIN_NAME_QUERY_CHARS = 2;

/** What can be a favourite and be rated. */
export const MARKED_KINDS = ['track', 'album', 'artist'] as const;
export type MarkedKind = (typeof MARKED_KINDS)[number];

/** Stars that a rating may have. */
export const MAX_RATING = 5;

/** Of what the owner of an app password calls the device. */
export const MAX_APP_NAME_CHARS = 60;
/** How albums may be sorted: `added`: the newest in the library first; `random`: by a seed that the page chooses. */
export const ALBUM_SORTS = ['artist', 'name', 'year', 'added', 'random'] as const;

export const ARTIST_SORTS = ['name', 'tracks', 'random'] as const;

export const GENRE_SORTS = ['name', 'tracks'] as const;

/** `album`: by artist and album, each album in its own order; `year`: the latest releases first. */
export const TRACK_SORTS = ['name', 'album', 'year', 'added', 'random'] as const;

/** Rows in one answer of a list, at most. */
export const MAX_LIST_PAGE = 500;

/** Tracks that one mix begins from: more of them tell no more. */
export const MAX_MIX_SEEDS = 40;

/** A queue holds no more than this: about 1 MB of sessionStorage (lib/player/saved-queue.ts), of the 5 MB that browsers give. */
export const MAX_QUEUE_ITEMS = 10_000;

/** What plays after the end of the queue, or of the track. */
export const REPEAT_MODES = ['off', 'all', 'one'] as const;

/** 12 characters at least, as NIST SP 800-63B advises for a password alone (15 for high stakes), none of composition. */
export const MIN_PASSWORD_CHARS = 12;
export const MAX_PASSWORD_CHARS = 128;
