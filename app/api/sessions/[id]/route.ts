import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const DELETE = route(api.account.endSession, async ({ account, params, runtime }) => {
  await runtime.accounts.sessions.revoke(account.id, params.id);
  return {};
});
