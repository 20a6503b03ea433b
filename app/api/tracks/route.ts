import { route } from '../_lib/route';

/** Those of `ids` (separated by commas) that exist, in that order. */
export const GET = route({ access: 'listener' }, ({ ask, url }) =>
  ask('catalog.tracks', { ids: (url.searchParams.get('ids') ?? '').split(',').filter((id) => id !== '') }),
);
