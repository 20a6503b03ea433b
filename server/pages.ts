import { createServer, type Server } from 'node:http';
import type { Handler } from './http';

/** Next, as a handler of requests. In development (NODE_ENV is not `production`) it compiles as it goes. */
export async function openPages(
  server: Server,
  port: number,
): Promise<{ handle: Handler; isDev: boolean; close(): Promise<void> }> {
  const { default: next } = await import('next');
  const isDev = process.env.NODE_ENV !== 'production';
  // Next would answer every WebSocket of the server it is given, signaling's too: it gets one that never listens.
  const app = next({ dev: isDev, dir: process.cwd(), port, hostname: 'localhost', httpServer: createServer() });
  await app.prepare();
  const handle = app.getRequestHandler();
  if (isDev) {
    const upgrade = app.getUpgradeHandler();
    server.on('upgrade', (request, socket, head) => {
      if (request.url?.startsWith('/_next/')) void upgrade(request, socket, head);
    });
  }
  return {
    isDev,
    handle: (request, response) => void handle(request, response),
    close: () => app.close(),
  };
}
