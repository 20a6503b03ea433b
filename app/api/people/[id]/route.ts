import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const PATCH = route(api.admin.changePerson, ({ body, params, runtime }) =>
  runtime.accounts.changePerson(params.id, body),
);

export const DELETE = route(api.admin.deletePerson, async ({ account, params, runtime }) => {
  await runtime.accounts.deletion.deletePerson(params.id, account.id);
  return {};
});
