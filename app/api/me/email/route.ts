import { api } from '@/lib/contracts/api';
import { proofOf } from '../../_lib/proof';
import { route, withCookies } from '../../_lib/route';

export const POST = route(api.account.changeEmail, async (call) => {
  const { body, runtime } = call;
  return withCookies({}, await runtime.accounts.own.changeEmail(proofOf(call, body.currentPassword), body.email));
});
