import { playbackRequest } from '@/lib/contracts/playback';
import { route } from '../_lib/route';

/** Leave to play a track, or a refusal with its reason. */
export const POST = route({ access: 'listener', body: playbackRequest }, ({ account, ask, body }) =>
  ask('catalog.grant', { ...body, accountId: account.id }),
);
