import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.catalogue.artists, ({ ask, query }) => ask('catalog.artists', query));
