import { readPage } from '../_lib/query';
import { route } from '../_lib/route';

export const GET = route({ access: 'listener' }, ({ ask, url }) => ask('catalog.artists', readPage(url)));
