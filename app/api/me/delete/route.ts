import { api } from '@/lib/contracts/api';
import { proofOf } from '../../_lib/proof';
import { route, withCookies } from '../../_lib/route';

export const POST = route(api.account.deleteMe, async (call) => {
  const { accounts } = call.runtime;
  await accounts.deletion.deleteOwn(proofOf(call, call.body.currentPassword));
  // The session is gone; its cookie goes, too.
  return withCookies({}, await accounts.signOut(call.request.headers));
});
