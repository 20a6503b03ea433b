import { expect, it } from 'vitest';
import { openHttp } from './http';

it('goes on when connections cannot be accepted', async () => {
  const http = await openHttp({ host: 'localhost', port: 0 });
  try {
    // What Node tells of each connection that the system has no file left for.
    const refused = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    for (let i = 0; i < 2; i++) http.server.emit('error', refused);
    expect((await fetch(`http://127.0.0.1:${http.port}/`)).status).toBe(503);
  } finally {
    await http.close();
  }
});
