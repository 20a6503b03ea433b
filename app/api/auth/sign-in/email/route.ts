import { api } from '@/lib/contracts/api';
import { route, withCookies } from '../../../_lib/route';

export const POST = route(api.account.signIn, async ({ request, body, runtime, visit }) =>
  withCookies({}, await runtime.accounts.signIn(body, visit, request.headers.get('cookie'))),
);
