import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.account.endSessions, async ({ account, body, runtime, session }) => {
  const { accounts } = runtime;
  if (body.apps) await accounts.appPasswords.revokeAll(account.id);
  return { sessions: await accounts.sessions.end(account.id, { allBut: body.keepThis ? session.id : null }) };
});
