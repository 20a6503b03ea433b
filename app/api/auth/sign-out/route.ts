import { json, route } from '../../_lib/route';

/** Ends this session; also right when it has ended before. */
export const POST = route({ access: 'anyone' }, async ({ request, runtime }) =>
  json({}, { setCookies: await runtime.accounts.signOut(request.headers) }),
);
