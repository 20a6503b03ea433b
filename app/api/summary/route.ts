import { route } from '../_lib/route';

/** How much music there is. */
export const GET = route({ access: 'admin' }, ({ ask }) => ask('catalog.summary', {}));
