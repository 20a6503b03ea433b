import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const PATCH = route(api.admin.changePerson, ({ body, params, runtime }) =>
  runtime.accounts.changePerson(params.id, body),
);
