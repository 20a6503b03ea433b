import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.account.findPeople, async ({ account, query, runtime }) => {
  runtime.peopleSearches.take(account.id);
  return { people: await runtime.accounts.findPeople(query.q, account.id) };
});
