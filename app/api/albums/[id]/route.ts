import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

/** With its tracks; administrators are shown withdrawn ones, too. */
export const GET = route({ access: 'listener' }, ({ account, ask, params }) =>
  ask('catalog.album', { id: readId(params), includeWithdrawn: account.role === 'admin' }),
);
