import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.trackList, ({ ask, query }) => ask('catalog.trackList', query));
