import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.playlists.outcome, ({ account, ask, params }) =>
  ask('playlists.outcome', { accountId: account.id, messageId: params.id }),
);
