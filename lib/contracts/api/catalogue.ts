/** The library. Administrators are shown withdrawn tracks in lists, too. */
import * as z from 'zod/mini';
import { page } from '../catalog';
import { lines } from '../fields';
import { id } from '../ids';
import { rpc } from '../rpc';
import { endpoint } from './endpoint';

export const catalogue = {
  search: endpoint({
    method: 'GET',
    path: '/api/search',
    access: 'listener',
    summary: 'Tracks, albums and artists that fit some words; without any, all of them.',
    query: z.object({ q: z._default(lines(200), ''), ...page.shape }),
    answer: rpc['catalog.search'].result,
  }),
  albums: endpoint({
    method: 'GET',
    path: '/api/albums',
    access: 'listener',
    summary: 'The albums of the library.',
    query: page,
    answer: rpc['catalog.albums'].result,
  }),
  album: endpoint({
    method: 'GET',
    path: '/api/albums/{id}',
    access: 'listener',
    summary: 'An album with its tracks.',
    params: z.object({ id }),
    answer: rpc['catalog.album'].result,
  }),
  artists: endpoint({
    method: 'GET',
    path: '/api/artists',
    access: 'listener',
    summary: 'The artists of the library.',
    query: page,
    answer: rpc['catalog.artists'].result,
  }),
  artist: endpoint({
    method: 'GET',
    path: '/api/artists/{id}',
    access: 'listener',
    summary: 'An artist with their albums and tracks.',
    params: z.object({ id }),
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
