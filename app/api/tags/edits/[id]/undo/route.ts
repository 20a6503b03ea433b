import { api } from '@/lib/contracts/api';
import { route } from '../../../../_lib/route';

export const POST = route(api.tags.undo, ({ ask, account, params }) =>
  ask('catalog.undoTagEdit', { id: params.id, accountId: account.id }),
);
