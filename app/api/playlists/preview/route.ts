import { chosenTracks } from '@/app/api/_lib/smart';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

/** Tracks that are shown. */
const SHOWN = 25;

export const POST = route(api.playlists.preview, ({ account, ask, body }) =>
  chosenTracks(ask, account.id, body.rules, { offset: 0, limit: SHOWN }),
);
