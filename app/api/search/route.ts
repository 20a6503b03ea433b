import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.catalogue.search, ({ account, ask, query }) =>
  ask('catalog.search', { ...query, accountId: account.id, includeWithdrawn: account.role === 'admin' }),
);
