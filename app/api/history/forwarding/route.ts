import { forwardingRequest } from '@/lib/contracts/http';
import { route } from '../../_lib/route';

/** How the forwarding of this listener's plays stands. */
export const GET = route({ access: 'listener' }, ({ account, ask }) =>
  ask('history.forwarding', { accountId: account.id }),
);

/** A token of the other server, or null for no more. It is checked there, kept sealed, and never told. */
export const PUT = route({ access: 'listener', body: forwardingRequest }, ({ account, ask, body }) =>
  ask('history.forward', { accountId: account.id, token: body.token }),
);
