import { readPage } from '../_lib/query';
import { route } from '../_lib/route';

export const GET = route({ access: 'listener' }, ({ account, ask, url }) =>
  ask('catalog.search', {
    q: url.searchParams.get('q') ?? '',
    ...readPage(url),
    includeWithdrawn: account.role === 'admin',
  }),
);
