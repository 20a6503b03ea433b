import { api } from '@/lib/contracts/api';
import { allTracks } from '../_lib/lookups';
import { route } from '../_lib/route';

export const GET = route(api.marks.favourites, async ({ account, ask, query }) => {
  const { favourites, total } = await ask('playlists.favourites', { accountId: account.id, ...query });
  const ids = favourites.map((mark) => mark.id);
  const none = { tracks: [], albums: [], artists: [] };
  const includeWithdrawn = account.role === 'admin';
  switch (query.kind) {
    case 'track':
      return { favourites, total, ...none, tracks: await allTracks(ask, ids) };
    case 'album':
      return { favourites, total, ...none, ...(await ask('catalog.named', { albums: ids, includeWithdrawn })) };
    case 'artist':
      return { favourites, total, ...none, ...(await ask('catalog.named', { artists: ids, includeWithdrawn })) };
  }
});

export const PUT = route(api.marks.setFavourite, async ({ body, publish }) => ({
  messageId: await publish('favourite.set', body),
}));
