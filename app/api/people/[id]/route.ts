import { changePersonRequest } from '@/lib/contracts/http';
import { accountId } from '@/lib/contracts/ids';
import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

/** Disables, enables, or changes the role. */
export const PATCH = route({ access: 'admin', body: changePersonRequest }, ({ body, params, runtime }) =>
  runtime.accounts.changePerson(readId(params, accountId), body),
);
