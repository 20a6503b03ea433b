import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const GET = route(api.admin.imports, ({ ask }) => ask('catalog.imports', {}));

/** Starts reading a folder; facts `changed.import` tell how far it is. */
export const POST = route(api.admin.startImport, ({ ask, body }) => ask('catalog.import', body));
