import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const PATCH = route(api.admin.withdraw, ({ ask, body, params }) =>
  ask('catalog.withdraw', { trackId: params.id, withdrawn: body.withdrawn }),
);
