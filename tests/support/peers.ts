/** Headless peers (`npm run peer`) as processes, and what the origin and the tracker count of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Track } from '@/lib/contracts/catalog';
import { DEMO_MUSIC } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { PeerAdmission } from '@/lib/contracts/playback';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { importMusic, type Product, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { openSocket } from './signaling';

export interface PeerLine {
  event: string;
  [field: string]: unknown;
}

export interface PeerProcess {
  process: ChildProcess;
  lines(): PeerLine[];
  /** The first line of that event so far, or the first to come. @throws when it ended or said nothing for 20 s */
  said<T = PeerLine>(event: string): Promise<T>;
  /** Its exit code; null when it was killed. */
  ended: Promise<number | null>;
  errors(): string;
}

export const PEER_SOURCE = join('cli', 'peer', 'main.ts');

/**
 * @param program what `node` is to run: the peer's source by way of tsx, or a bundle of it
 * @param config folder of the session (XDG_CONFIG_HOME)
 */
export function startPeer(program: readonly string[], config: string, args: string[]): PeerProcess {
  const child = spawn(process.execPath, [...program, '--json', ...args], {
    env: { ...process.env, XDG_CONFIG_HOME: config },
  });
  // A test run that ends without its teardown leaves nothing running.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  let over = false;
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      over = true;
      process.removeListener('exit', killNow);
      resolve(code);
    }),
  );
  const lines = () =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as PeerLine);
  return {
    process: child,
    lines,
    ended,
    errors: () => errors,
    said: <T>(event: string) =>
      until(
        () => `${event} of ${args.join(' ')}: ${out.slice(-500)} ${errors}`,
        () => {
          const wasOver = over;
          const found = lines().find((line) => line.event === event);
          if (found === undefined && wasOver) throw new Error(`it ended before ${event}: ${out} ${errors}`);
          return found as T | undefined;
        },
      ),
  };
}

const DEMO_ALBUMS = ['Colmeia', 'Quiet Hive'];

/** The demo music, imported. */
export async function importDemoMusic(admin: Session): Promise<Track[]> {
  await importMusic(admin, DEMO_MUSIC);
  const { albums } = await admin.api<{ albums: { id: string; title: string }[] }>('GET', '/api/albums');
  const demo = albums.filter(({ title }) => DEMO_ALBUMS.includes(title));
  const pages = await Promise.all(demo.map(({ id }) => admin.api<{ tracks: Track[] }>('GET', `/api/albums/${id}`)));
  return pages.flatMap(({ tracks }) => tracks);
}

/** A socket of the administrator that watches the swarm. */
export async function watchSwarm(product: Product): Promise<{ latest(): SwarmSnapshot | null; close(): void }> {
  const { token } = await product.api<PeerAdmission>('POST', '/api/peer', { peerId: newId() });
  let latest: SwarmSnapshot | null = null;
  const socket = openSocket(product.url, { token });
  socket.on('swarm', (snapshot: SwarmSnapshot) => {
    latest = snapshot;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  await socket.timeout(5_000).emitWithAck('watch', true);
  return { latest: () => latest, close: () => void socket.disconnect() };
}

export interface CountedOrigin {
  /** For the product's ORIGIN_URL. */
  url: string;
  /** Requests and bytes of chunks that went out so far. */
  counted(): { requests: number; bytes: number };
  /** Where the origin really is. */
  lead(to: string): void;
  /** Whether chunks are withheld from now on: requests for them are not answered, and broken off when it ends. */
  withhold(withheld: boolean): void;
  close(): Promise<void>;
}

/** Stands before the origin, as a CDN would, and counts what it sends. */
export async function countedOrigin(): Promise<CountedOrigin> {
  let [target, requests, bytes] = ['', 0, 0];
  let withheld: ServerResponse[] | null = null;
  const server = createServer((request, response) => {
    if (withheld !== null && request.headers.range !== undefined) withheld.push(response);
    else pass(request, response);
  });
  function pass(request: IncomingMessage, response: ServerResponse) {
    requests++;
    const onward = httpRequest(target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end();
  }
  // No connection is closed for being idle while a peer asks on it again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counted: () => ({ requests, bytes }),
    lead: (to) => {
      target = to;
    },
    withhold: (on) => {
      for (const response of withheld ?? []) response.destroy();
      withheld = on ? [] : null;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
