/** The gateway as it runs, all but Next: the real HTTP server, bus, database, services and accounts, and the routes of app/api. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { pino } from 'pino';
import { type Config, readConfig } from '@/lib/config/config';
import type { Database } from '@/lib/database/database';
import { openMediaStore } from '@/lib/media-store/open';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { startGateway } from '@/server/gateway';
import { openHttp } from '@/server/http';
import { ALL_SERVICES, type Service, startServices } from '@/server/services';
import { ShutdownManager } from '@/server/shutdown';
import { ADMIN, AS_ASKED, cookiesOf } from '@/testing/product';
import { openTestPglite } from './shared';

export interface Gateway {
  url: string;
  config: Config;
  database: Database;
  bus: Bus;
  shutdown: ShutdownManager;
  /** As a browser's fetch from a page of this server. `as`: the cookies of somebody. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Cookies of a new session. */
  signIn(who: { email: string; password: string }): Promise<string>;
  stop(): Promise<void>;
}

export interface CallOptions {
  as?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function startGatewayForTest(
  env: Record<string, string> = {},
  services: Service[] = ALL_SERVICES,
): Promise<Gateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'enxame-gateway-'));
  const given = readConfig({ PORT: '0', DATA_DIR: dataDir, ...AS_ASKED, ...env });
  const log = pino({ level: 'silent' });
  const shutdown = new ShutdownManager(log);
  const http = await openHttp(given);
  const config = { ...given, port: http.port };
  const database = shutdown.add('database', await openTestPglite(), (opened) => opened.close());
  const bus = shutdown.add('broker', await openBus({ config, database, log }), (opened) => opened.close());
  const secrets = deriveSecrets('a secret of at least thirty-two characters');
  const media = openMediaStore({ kind: 'folder' });
  const foundations = { config, log, shutdown, database, bus, secrets, media };
  await startServices(services, foundations);
  const gateway = await startGateway(foundations);
  shutdown.add('http', http, (opened) => opened.close());
  http.use(gateway.handler({ handle: handleRoutes, isDev: false, close: async () => {} }));
  const url = `http://localhost:${http.port}`;
  const call: Gateway['call'] = (method, path, { as, body, headers } = {}) =>
    fetch(url + path, {
      method,
      headers: {
        origin: url,
        ...(as === undefined ? {} : { cookie: as }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url,
    config,
    database,
    bus,
    shutdown,
    call,
    async signIn(who) {
      const response = await call('POST', '/api/auth/sign-in/email', { body: who });
      if (!response.ok) throw new Error(await response.text());
      return cookiesOf(response);
    },
    async stop() {
      await shutdown.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes the administrator. @returns cookies */
export async function setUp(gateway: Gateway): Promise<string> {
  const response = await gateway.call('POST', '/api/setup', { body: ADMIN });
  if (response.status !== 201) throw new Error(await response.text());
  return cookiesOf(response);
}

type RouteHandler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

const API = join(process.cwd(), 'app', 'api');
/** Folders with a route, static names before parameters, catch-alls last, as Next matches them. */
export const routes = readdirSync(API, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith(`${sep}route.ts`))
  .map((file) => dirname(file).split(sep))
  .sort((a, b) => rank(a) - rank(b));

function rank(segments: string[]): number {
  return segments.reduce((sum, name) => sum + (name.startsWith('[...') ? 100 : name.startsWith('[') ? 1 : 0), 0);
}

function match(segments: string[], path: string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [i, name] of segments.entries()) {
    if (name.startsWith('[...')) return i < path.length ? params : null;
    const given = path[i];
    if (given === undefined) return null;
    if (name.startsWith('[')) params[name.slice(1, -1)] = decodeURIComponent(given);
    else if (name !== given) return null;
  }
  return segments.length === path.length ? params : null;
}

/** Stands in for Next: finds the route of a request by its folder and calls it. */
function handleRoutes(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
  const path = url.pathname.split('/').slice(2);
  const method = incoming.method ?? 'GET';
  void (async () => {
    for (const segments of routes) {
      const params = match(segments, path);
      if (params === null) continue;
      const module = (await import(join(API, ...segments, 'route.ts'))) as Record<string, RouteHandler>;
      const handler = module[method];
      if (handler === undefined) {
        outgoing.writeHead(405).end();
        return;
      }
      const hasBody = !['GET', 'HEAD'].includes(method);
      const request = new Request(url, {
        method,
        headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream & BodyInit, duplex: 'half' } : {}),
      } as RequestInit);
      const response = await handler(request, { params: Promise.resolve(params) });
      const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
      for (const [name, value] of headers) outgoing.setHeader(name, value);
      outgoing.setHeader('set-cookie', response.headers.getSetCookie());
      outgoing.writeHead(response.status);
      if (response.body === null) outgoing.end();
      // What breaks off is cut off, so that whoever reads does not take it for the whole.
      else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing).catch(() => {});
      return;
    }
    outgoing.writeHead(404).end();
  })();
}
