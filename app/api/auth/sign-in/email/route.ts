import { signInRequest } from '@/lib/contracts/http';
import { json, route } from '../../../_lib/route';

export const POST = route({ access: 'anyone', body: signInRequest }, async ({ request, body, runtime, visit }) =>
  json({}, { setCookies: await runtime.accounts.signIn(body, visit, request.headers.get('cookie')) }),
);
