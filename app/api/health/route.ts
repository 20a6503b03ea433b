import { route } from '../_lib/route';

/** How every component is. Always 200: the status is inside. */
export const GET = route({ access: 'unasked' }, (call) => call.runtime.health());
