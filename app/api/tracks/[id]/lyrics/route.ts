import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const GET = route(api.catalogue.lyrics, ({ account, ask, params }) =>
  ask('catalog.lyrics', { ...params, includeWithdrawn: account.role === 'admin' }),
);
