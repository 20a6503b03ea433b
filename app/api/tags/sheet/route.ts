import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.tags.sheet, ({ ask, body }) => ask('catalog.tagSheet', body));
