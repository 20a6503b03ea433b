import { publishFile, startClientSite } from './client-site';
import type { System } from './system';

/** What every web page does without any of this: an audio element and a web server. */
export const http: System = {
  name: 'http',
  start: (context) => startClientSite({ client: 'http', port: 3001, publish: publishFile }, context),
};
