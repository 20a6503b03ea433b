import { signupRequest } from '@/lib/contracts/http';
import { json, route } from '../_lib/route';

/** A listener's account, where SIGNUP allows it; signs in. */
export const POST = route({ access: 'anyone', body: signupRequest }, async ({ body, runtime, visit }) =>
  json({}, { status: 201, setCookies: await runtime.accounts.signUp(body, visit) }),
);
