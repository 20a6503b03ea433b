import { api } from '@/lib/contracts/api';
import { route, withCookies } from '../../_lib/route';

export const POST = route(api.account.signOut, async ({ request, runtime }) =>
  withCookies({}, await runtime.accounts.signOut(request.headers)),
);
