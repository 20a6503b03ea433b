/** Mixes of what is alike. */
import * as z from 'zod/mini';
import { track } from '../catalog';
import { mixRequest } from '../mix';
import { endpoint } from './endpoint';

export const mixes = {
  make: endpoint({
    method: 'POST',
    path: '/api/mixes',
    access: 'listener',
    summary:
      'Tracks that go with some tracks, an album or an artist, in the order in which they play: what is heard together, of the same genres, time and tempo.',
    body: mixRequest,
    answer: z.object({ tracks: z.array(track) }),
  }),
} as const;
