import { json, route } from '../_lib/route';

/** Leave for one person to make an account, where SIGNUP=invite. */
export const POST = route({ access: 'admin' }, async ({ account, runtime }) =>
  json(await runtime.accounts.makeInvite(account.id), { status: 201 }),
);
