import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const POST = route(api.admin.resetLink, ({ account, params, runtime }) =>
  runtime.accounts.own.makeReset(params.id, account.id),
);
