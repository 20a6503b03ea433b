import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.account.sessions, async ({ account, runtime, session }) => ({
  sessions: await runtime.accounts.sessions.list(account.id, session.id),
}));
