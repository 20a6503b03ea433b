/** The home page: its shelves, and what is on each of them. */
import * as z from 'zod/mini';
import { page, track } from '../catalog';
import { line } from '../fields';
import { heardShelf, heardTrack, homeShelves, shelfLimit, shelfSeed } from '../shelves';
import { endpoint } from './endpoint';

/** IANA name: whose days. */
const timeZone = z._default(line(64), 'UTC');

export const home = {
  shelves: endpoint({
    method: 'GET',
    path: '/api/home',
    access: 'listener',
    summary: 'All shelves of the home page, `limit` of each. Another `seed` has other albums by chance.',
    query: z.object({ timeZone, limit: shelfLimit, seed: shelfSeed }),
    answer: homeShelves,
  }),
  shelf: endpoint({
    method: 'GET',
    path: '/api/shelves/{shelf}',
    access: 'listener',
    summary:
      'What you played most, not for long, or on this day of other years: `heard` has the numbers, `tracks` the names.',
    params: z.object({ shelf: heardShelf }),
    query: z.object({ timeZone, ...page.shape }),
    answer: z.object({ heard: z.array(heardTrack), tracks: z.array(track), total: z.int() }),
  }),
} as const;
