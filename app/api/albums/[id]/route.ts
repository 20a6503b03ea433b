import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.album, ({ account, ask, params }) =>
  ask('catalog.album', { ...params, includeWithdrawn: account.role === 'admin' }),
);
