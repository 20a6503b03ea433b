/** Favourites and ratings. A change is a command, as of a playlist; the event `changed.marks` names its message. */
import * as z from 'zod/mini';
import { album, artist, page, track } from '../catalog';
import { id } from '../ids';
import { favouriteChange, MAX_MARKS_ASKED, mark, markedKind, ratingChange } from '../marks';
import { rpc } from '../rpc';
import { endpoint } from './endpoint';
import { accepted } from './playlists';

const ids = z._default(z.array(id).check(z.maxLength(MAX_MARKS_ASKED)), []);

export const marks = {
  favourites: endpoint({
    method: 'GET',
    path: '/api/favourites',
    access: 'listener',
    summary:
      'Your favourites of one kind, the newest first, with those of them that the library has: `tracks`, `albums` or `artists`.',
    query: z.object({ kind: markedKind, ...page.shape }),
    answer: z.object({
      favourites: z.array(mark),
      /** On all pages together. */
      total: z.int(),
      tracks: z.array(track),
      albums: z.array(album),
      artists: z.array(artist),
    }),
  }),
  setFavourite: endpoint({
    method: 'PUT',
    path: '/api/favourites',
    access: 'listener',
    summary: 'Makes things of one kind favourites, or no longer. `since`: restores when one became a favourite.',
    body: favouriteChange,
    command: true,
    status: 202,
    answer: accepted,
  }),
  rate: endpoint({
    method: 'PUT',
    path: '/api/ratings',
    access: 'listener',
    summary: 'Rates things of one kind with 1 to 5 stars; null takes the rating away.',
    body: ratingChange,
    command: true,
    status: 202,
    answer: accepted,
  }),
  of: endpoint({
    method: 'GET',
    path: '/api/marks',
    access: 'listener',
    summary: `Of the tracks, albums and artists named (${MAX_MARKS_ASKED} in all), your favourites and those you rated.`,
    query: z.object({ tracks: ids, albums: ids, artists: ids }).check(
      z.refine(({ tracks, albums, artists }) => tracks.length + albums.length + artists.length <= MAX_MARKS_ASKED, {
        path: ['tracks'],
        error: `at most ${MAX_MARKS_ASKED} in all`,
      }),
    ),
    answer: rpc['playlists.marks'].result,
  }),
} as const;
