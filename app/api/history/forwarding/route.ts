import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.history.forwarding, ({ account, ask }) =>
  ask('history.forwarding', { accountId: account.id }),
);

/** The token is checked at the other server, kept sealed, and never told. */
export const PUT = route(api.history.forward, ({ account, ask, body }) =>
  ask('history.forward', { accountId: account.id, token: body.token }),
);
