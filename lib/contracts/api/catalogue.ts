/** The library. Administrators are shown withdrawn tracks in lists, too. */
import * as z from 'zod/mini';
import { albumList, artistList, genreList, longPage, page, trackList } from '../catalog';
import { lines, path } from '../fields';
import { id } from '../ids';
import { rpc } from '../rpc';
import { searchKind } from '../search';
import { endpoint } from './endpoint';

export const catalogue = {
  search: endpoint({
    method: 'GET',
    path: '/api/search',
    access: 'listener',
    summary:
      'Tracks, albums and artists that fit words and filters (`genre:`, `year:1990..1999`, `loved:`, `artist:`, `album:`, `title:`); without any, all tracks.',
    query: z.object({ q: z._default(lines(200), ''), kind: z.optional(searchKind), ...page.shape }),
    answer: rpc['catalog.search'].result,
  }),
  albums: endpoint({
    method: 'GET',
    path: '/api/albums',
    access: 'listener',
    summary: 'The albums of the library, sorted and narrowed as asked; `total`: how many there are on all pages.',
    query: albumList,
    answer: rpc['catalog.albums'].result,
  }),
  album: endpoint({
    method: 'GET',
    path: '/api/albums/{id}',
    access: 'listener',
    summary: 'An album with its tracks, 500 at a time; `total`: how many it has.',
    params: z.object({ id }),
    query: longPage,
    answer: rpc['catalog.album'].result,
  }),
  artists: endpoint({
    method: 'GET',
    path: '/api/artists',
    access: 'listener',
    summary: 'The artists of the library, sorted and narrowed as asked; `total`: how many there are on all pages.',
    query: artistList,
    answer: rpc['catalog.artists'].result,
  }),
  artist: endpoint({
    method: 'GET',
    path: '/api/artists/{id}',
    access: 'listener',
    summary: 'An artist with their albums and tracks, 500 of each at a time, and how many of each there are.',
    params: z.object({ id }),
    query: longPage,
    answer: rpc['catalog.artist'].result,
  }),
  tracks: endpoint({
    method: 'GET',
    path: '/api/tracks',
    access: 'listener',
    summary: 'Those of the named tracks that exist, in that order.',
    query: z.object({ ids: z._default(rpc['catalog.tracks'].params.shape.ids, []) }),
    answer: rpc['catalog.tracks'].result,
  }),
  trackList: endpoint({
    method: 'GET',
    path: '/api/library/tracks',
    access: 'listener',
    summary: 'The tracks of the library, sorted and narrowed as asked; `total`: how many there are on all pages.',
    query: trackList,
    answer: rpc['catalog.trackList'].result,
  }),
  genres: endpoint({
    method: 'GET',
    path: '/api/genres',
    access: 'listener',
    summary: 'The genres of the library, sorted and narrowed as asked; `total`: how many there are on all pages.',
    query: genreList,
    answer: rpc['catalog.genres'].result,
  }),
  genre: endpoint({
    method: 'GET',
    path: '/api/genres/{id}',
    access: 'listener',
    summary: 'A genre, and how much is of it. Its albums, artists and tracks: the lists of these with `genre`.',
    params: z.object({ id }),
    answer: rpc['catalog.genre'].result,
  }),
  years: endpoint({
    method: 'GET',
    path: '/api/library/years',
    access: 'listener',
    summary: 'The years of which there are albums, the latest first.',
    answer: rpc['catalog.years'].result,
  }),
  musicFolders: endpoint({
    method: 'GET',
    path: '/api/library/folders',
    access: 'listener',
    summary: 'The folders that were imported, by their names.',
    answer: rpc['catalog.musicFolders'].result,
  }),
  musicFolder: endpoint({
    method: 'GET',
    path: '/api/library/folders/{root}',
    access: 'listener',
    summary: 'What lies in a folder of the library: its folders, its own tracks, 500 at a time, and how many it has.',
    params: z.object({ root: id }),
    query: z.object({ path: z.optional(path), ...longPage.shape }),
    answer: rpc['catalog.musicFolder'].result,
  }),
  lyrics: endpoint({
    method: 'GET',
    path: '/api/tracks/{id}/lyrics',
    access: 'listener',
    summary: 'The lyrics of a track, with the time of each line where they are synced; null where it has none.',
    params: z.object({ id }),
    answer: rpc['catalog.lyrics'].result,
  }),
  cover: endpoint({
    method: 'GET',
    path: '/api/covers/{id}',
    access: 'listener',
    summary: 'A cover picture. It never changes under its id.',
    params: z.object({ id }),
    // A size that this server does not know is a small one.
    query: z.object({ size: z._default(z.catch(z.enum(['small', 'large']), 'small'), 'small') }),
    media: ['image/*'],
  }),
} as const;
