import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const POST = route(api.admin.invite, ({ account, runtime }) => runtime.accounts.makeInvite(account.id));
