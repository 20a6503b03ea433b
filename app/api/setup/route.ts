import { setupRequest } from '@/lib/contracts/http';
import { json, route } from '../_lib/route';

/** The first account, an administrator's; signs in. */
export const POST = route({ access: 'anyone', body: setupRequest }, async ({ body, runtime, visit }) =>
  json({}, { status: 201, setCookies: await runtime.accounts.setup(body, visit) }),
);
