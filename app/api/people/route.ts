import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.admin.people, async ({ runtime }) => ({ people: await runtime.accounts.people() }));

export const POST = route(api.admin.addPerson, ({ body, runtime }) => runtime.accounts.addPerson(body));
