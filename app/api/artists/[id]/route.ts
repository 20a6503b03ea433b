import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

export const GET = route({ access: 'listener' }, ({ ask, params }) => ask('catalog.artist', { id: readId(params) }));
