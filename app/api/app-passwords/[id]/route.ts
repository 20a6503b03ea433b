import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const DELETE = route(api.account.revokeAppPassword, async ({ account, params, runtime }) => {
  await runtime.accounts.appPasswords.revoke(account.id, params.id);
  return {};
});
