import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.account.resetPassword, async ({ body, runtime, visit }) => {
  await runtime.accounts.own.resetPassword({ code: body.code, password: body.newPassword }, visit);
  return {};
});
