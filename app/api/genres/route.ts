import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.catalogue.genres, ({ ask, query }) => ask('catalog.genres', query));
