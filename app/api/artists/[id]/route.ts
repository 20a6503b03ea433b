import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.artist, ({ account, ask, params, query }) =>
  ask('catalog.artist', { ...params, ...query, includeWithdrawn: account.role === 'admin' }),
);
