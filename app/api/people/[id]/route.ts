import { changePersonRequest } from '@/lib/contracts/http';
import { route } from '../../_lib/route';

/** Disables, enables, or changes the role. */
export const PATCH = route({ access: 'admin', body: changePersonRequest }, ({ body, params, runtime }) =>
  runtime.accounts.changePerson(params.id ?? '', body),
);
