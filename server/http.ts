import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { ADDRESS_HEADER, FORWARDED_HEADER } from '@/lib/auth/trust';
import type { Config } from '@/lib/config/config';
import { StartError } from '@/lib/config/config';
import { clientAddress } from '@/lib/util/node/network';

/** Longer than proxies keep idle connections (60 s mostly), so that never we close one that a proxy is about to use. */
const KEEP_ALIVE_MS = 65_000;
/** Requests that are under way at a stop may take this long; downloads are cut off then, and begin again elsewhere. */
const FINISH_WITHIN_MS = 3_000;
const LOOPBACK = ['127.0.0.1', '::1'];

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpServer {
  server: Server;
  port: number;
  /** From now on requests are answered by `handler`; before, they are told to come again. */
  use(handler: Handler): void;
  /** Takes no more connections, lets requests finish, ends what does not. */
  close(): Promise<void>;
}

/**
 * Listens on `config.host` and `config.port`; where that is `localhost`, on both loopback addresses, since browsers try
 * either.
 * @throws {StartError} when the port is taken or the address is not this machine's
 */
export async function openHttp(config: Pick<Config, 'host' | 'port'>): Promise<HttpServer> {
  let handler: Handler = notYet;
  const server = createServer((request, response) => {
    stampVisit(request);
    handler(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const [first = config.host, ...others] = config.host === 'localhost' ? LOOPBACK : [config.host];
  const port = await listen(server, first, config.port);
  const listeners: TcpServer[] = [];
  try {
    for (const host of others) {
      const listener = createTcpServer((socket) => server.emit('connection', socket));
      if (await tryListen(listener, host, port)) listeners.push(listener);
    }
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    server,
    port,
    use(next) {
      handler = next;
    },
    async close() {
      for (const listener of listeners) listener.close();
      const closed = new Promise<void>((resolve) => {
        if (server.listening) server.close(() => resolve());
        else resolve();
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Tells the gateway who is asking, whatever the client itself said under these names (lib/auth/trust.ts). */
function stampVisit(request: IncomingMessage): void {
  const { headers } = request;
  const chain = headers['x-forwarded-for'];
  const forwarded = chain !== undefined || headers.forwarded !== undefined || headers['x-forwarded-host'] !== undefined;
  headers[ADDRESS_HEADER] = clientAddress(request.socket.remoteAddress, chain);
  headers[FORWARDED_HEADER] = forwarded ? '1' : '0';
}

const notYet: Handler = (_request, response) => {
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8', refresh: '1' });
  response.end('Enxame is starting.\n');
};

async function listen(server: TcpServer, host: string, port: number): Promise<number> {
  if (!(await tryListen(server, host, port))) {
    throw new StartError(
      `HOST is "${host}", which is not an address of this machine. Use localhost, 0.0.0.0 or one of its addresses.`,
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** @returns false when this machine has no such address (no IPv6, say) */
function tryListen(server: TcpServer, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // Stays: once it listens, a connection that cannot be accepted (too many open files) must not end the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' || error.code === 'ENOTFOUND') resolve(false);
      else if (error.code === 'EADDRINUSE') reject(new StartError(portTaken(port)));
      else if (error.code === 'EACCES')
        reject(new StartError(`This process has no permission to use port ${port}. Set PORT to a number above 1023.`));
      else reject(error);
    });
    server.listen({ host, port }, () => resolve(true));
  });
}

const portTaken = (port: number) =>
  `Port ${port} is in use by another program. Stop that program, or choose another port: PORT=${port + 1} npm start`;
