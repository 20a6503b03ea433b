import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const DELETE = route(api.admin.removeFolder, ({ ask, params }) => ask('catalog.removeFolder', params));
