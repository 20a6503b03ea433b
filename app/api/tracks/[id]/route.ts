import { withdrawRequest } from '@/lib/contracts/http';
import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

/** Takes a track out of circulation, or back into it. */
export const PATCH = route({ access: 'admin', body: withdrawRequest }, ({ ask, body, params }) =>
  ask('catalog.withdraw', { trackId: readId(params), withdrawn: body.withdrawn }),
);
