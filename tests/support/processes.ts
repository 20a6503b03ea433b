import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** A TCP port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
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
