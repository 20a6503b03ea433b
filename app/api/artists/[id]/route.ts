import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.artist, ({ account, ask, params }) =>
  ask('catalog.artist', { ...params, includeWithdrawn: account.role === 'admin' }),
);
