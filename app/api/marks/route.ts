import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.marks.of, ({ account, ask, query }) => {
  const items = [
    ...query.tracks.map((id) => ({ kind: 'track' as const, id })),
    ...query.albums.map((id) => ({ kind: 'album' as const, id })),
    ...query.artists.map((id) => ({ kind: 'artist' as const, id })),
  ];
  return ask('playlists.marks', { accountId: account.id, items });
});
