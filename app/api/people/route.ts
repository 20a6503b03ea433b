import { addPersonRequest } from '@/lib/contracts/http';
import { json, route } from '../_lib/route';

export const GET = route({ access: 'admin' }, async ({ runtime }) => ({ people: await runtime.accounts.people() }));

export const POST = route({ access: 'admin', body: addPersonRequest }, async ({ body, runtime }) =>
  json(await runtime.accounts.addPerson(body), { status: 201 }),
);
