import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** Below the ports that Linux gives to outgoing connections (32768 to 60999): one of those could take a port before its server listens. */
const [FIRST_PORT, PORTS] = [20_000, 12_000];

/** A TCP port of loopback that nobody listens on now, and that no other process of these tests will be given while this one lives. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/**
 * For as long as this process lives: by a name in the abstract socket namespace, which the system gives up with the process. There is no such
 * namespace outside of Linux, where chance must do.
 * @returns false when another process has it
 */
async function reserve(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const server = await listen({ path: `\0enxame-test-port-${port}` });
  server?.unref();
  return server !== null;
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen({ port, host: '127.0.0.1' });
  if (server !== null) await new Promise((resolve) => server.close(resolve));
  return server !== null;
}

/** @returns null where somebody else listens */
function listen(at: ListenOptions): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(at, () => resolve(server));
  });
}

/** A server under test, with what it said kept for the error message. */
export interface TestServer {
  process: ChildProcess;
  output(): string;
  /** True once it has ended, in whatever way. */
  ended(): boolean;
  /** Asks it to end (SIGTERM), and kills it when it does not. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function startServer(command: string, args: string[], options: SpawnOptions): TestServer {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (data: Buffer) => {
    output = (output + data.toString()).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  // A test run that ends without its teardown leaves nothing running.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  let over = false;
  const end = new Promise<void>((resolve) => {
    const finish = () => {
      over = true;
      process.removeListener('exit', killNow);
      resolve();
    };
    child.once('exit', finish);
    child.once('error', (error) => {
      output += String(error);
      finish();
    });
  });
  return {
    process: child,
    output: () => output,
    ended: () => over,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await end;
      clearTimeout(killer);
    },
  };
}

/** Waits until `isReady` resolves. @throws with the server's last words when it ended, or is not ready in time */
export async function untilReady(
  name: string,
  server: TestServer,
  isReady: () => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await isReady();
      return;
    } catch (error) {
      if (server.ended()) throw new Error(`${name} ended at its start:\n${server.output()}`);
      if (Date.now() > deadline) throw new Error(`${name} is not ready: ${error}\n${server.output()}`);
      await sleep(POLL_MS);
    }
  }
}

export const isRoot = () => process.getuid?.() === 0;

/** Numbers of a system user, for servers that refuse to run as root. */
export function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}
