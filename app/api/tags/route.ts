import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const PATCH = route(api.tags.edit, ({ ask, account, body }) =>
  ask('catalog.editTags', { ...body, accountId: account.id }),
);
