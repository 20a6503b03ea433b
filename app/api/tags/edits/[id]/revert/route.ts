import { api } from '@/lib/contracts/api';
import { route } from '../../../../_lib/route';

export const POST = route(api.tags.revert, ({ ask, account, params }) =>
  ask('catalog.revertTagEdit', { id: params.id, accountId: account.id }),
);
