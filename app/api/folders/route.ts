import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.admin.folders, ({ ask }) => ask('catalog.folders', {}));
