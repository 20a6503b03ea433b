/** The ways through the library, in the order of use: each is a page of this path. */
export const LIBRARY = ['albums', 'artists', 'tracks', 'genres', 'years', 'folders'] as const;
