import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.account.appPasswords, async ({ account, runtime }) => ({
  server: runtime.config.publicUrl,
  userName: account.email,
  appPasswords: await runtime.accounts.appPasswords.list(account.id),
}));

export const POST = route(api.account.makeAppPassword, ({ account, body, runtime }) =>
  runtime.accounts.appPasswords.make(account.id, body.name),
);
