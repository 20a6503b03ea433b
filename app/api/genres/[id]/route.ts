import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.catalogue.genre, ({ ask, params }) => ask('catalog.genre', params));
