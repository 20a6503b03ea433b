import { messageId } from '@/lib/contracts/ids';
import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

/** What became of a command that this account gave: for whoever missed the event that says so. */
export const GET = route({ access: 'listener' }, ({ account, ask, params }) =>
  ask('playlists.outcome', { accountId: account.id, messageId: readId(params, messageId) }),
);
