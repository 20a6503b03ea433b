import { api } from '@/lib/contracts/api';
import { route, withCookies } from '../_lib/route';

export const POST = route(api.account.setUp, async ({ body, runtime, visit }) =>
  withCookies({}, await runtime.accounts.setup(body, visit)),
);
