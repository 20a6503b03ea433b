import { peerRequest } from '@/lib/contracts/http';
import { route } from '../../_lib/route';

/** This tab stopped playing. */
export const POST = route({ access: 'listener', body: peerRequest }, ({ account, ask, body }) =>
  ask('catalog.release', { ...body, accountId: account.id }),
);
