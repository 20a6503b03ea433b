import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.album, ({ account, ask, params, query }) =>
  ask('catalog.album', { ...params, ...query, includeWithdrawn: account.role === 'admin' }),
);
