import { importRequest } from '@/lib/contracts/http';
import { json, route } from '../_lib/route';

export const GET = route({ access: 'admin' }, ({ ask }) => ask('catalog.imports', {}));

/** Starts reading a folder; facts `changed.import` tell how far it is. */
export const POST = route({ access: 'admin', body: importRequest }, async ({ ask, body }) =>
  json(await ask('catalog.import', body), { status: 202 }),
);
