import { api } from '@/lib/contracts/api';
import { proofOf } from '../../_lib/proof';
import { route } from '../../_lib/route';

export const POST = route(api.account.changePassword, async (call) => {
  const { body, runtime, session } = call;
  await runtime.accounts.own.changePassword(proofOf(call, body.currentPassword), {
    password: body.newPassword,
    signOutOthers: body.signOutOthers,
    keep: session.id,
  });
  return {};
});
