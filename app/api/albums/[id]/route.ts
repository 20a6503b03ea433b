import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

export const GET = route({ access: 'listener' }, ({ ask, params }) => ask('catalog.album', { id: readId(params) }));
