import { api } from '@/lib/contracts/api';
import { isEnxameError } from '@/lib/contracts/errors';
import type { HeardTrack } from '@/lib/contracts/shelves';
import { type Call, route } from '../_lib/route';

/** The history knows what was heard, the catalogue what it is called and what there is beside it: one question to each. */
export const GET = route(api.home.shelves, async ({ account, ask, query }) => {
  const { timeZone, limit, seed } = query;
  const { recent, mostPlayed, rediscover, onThisDay } = await heardShelves(ask, account.id, timeZone, limit);
  const shelves = { recent: recent.slice(0, limit), mostPlayed, rediscover, onThisDay };
  const named = new Set(Object.values(shelves).flatMap((shelf) => shelf.map(({ trackId }) => trackId)));
  const heard = recent.map(({ trackId }) => trackId);
  const { tracks, ...albums } = await ask('catalog.shelves', { heard, tracks: [...named], limit, seed });
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const tracksOf = (shelf: readonly HeardTrack[]) => shelf.flatMap(({ trackId }) => byId.get(trackId) ?? []);
  return {
    ...albums,
    recent: tracksOf(shelves.recent),
    mostPlayed: tracksOf(mostPlayed),
    rediscover: tracksOf(rediscover),
    onThisDay: tracksOf(onThisDay),
  };
});

/** Without the history there is still a library to show. */
async function heardShelves(ask: Call['ask'], accountId: string, timeZone: string, limit: number) {
  try {
    return await ask('history.shelves', { accountId, timeZone, limit });
  } catch (error) {
    if (isEnxameError(error) && error.code === 'invalid_request') throw error;
    return { recent: [], mostPlayed: [], rediscover: [], onThisDay: [] };
  }
}
