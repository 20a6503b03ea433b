import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.admin.summary, ({ ask }) => ask('catalog.summary', {}));
