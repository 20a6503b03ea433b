import { allTracks } from '@/app/api/_lib/lookups';
import { chosenTracks } from '@/app/api/_lib/smart';
import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const GET = route(api.playlists.tracks, async ({ account, ask, params, query }) => {
  const playlist = await ask('playlists.get', { id: params.id, accountId: account.id });
  if (playlist.rules !== undefined) return chosenTracks(ask, playlist.ownerId, playlist.rules, query);
  const ids = playlist.entries.map(({ trackId }) => trackId);
  const byId = new Map((await allTracks(ask, ids)).map((track) => [track.id, track]));
  const there = ids.flatMap((id) => byId.get(id) ?? []);
  return {
    tracks: there.slice(query.offset, query.offset + query.limit),
    total: there.length,
    durationS: there.reduce((sum, { durationS }) => sum + durationS, 0),
  };
});
