import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { freePort, startServer, type TestServer, untilReady } from './processes';
import { until } from './wait';

/** The script itself and not Debian's wrapper in /usr/sbin, which insists on the user rabbitmq. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const READY_TIMEOUT_MS = 240_000;

export interface RabbitmqNode {
  url: string;
  /** Ends it in good order, and its folder with it. */
  stop(): Promise<void>;
  /** Ends it in good order and starts it again on the same folder and port. */
  restart(): Promise<void>;
  /** The two halves of a restart. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** SIGKILL. A quorum queue made in the last five seconds may then come back without a leader: RabbitMQ 3.10 writes late. */
  kill(): Promise<void>;
}

/**
 * A private RabbitMQ node on loopback, with its own folder, name and ports, so that no other broker of the machine matters.
 * Runs as whoever runs the tests. epmd is left alone: other nodes share it.
 * @param virtualHosts made beside the one at `url`
 */
export async function startRabbitmq(virtualHosts: readonly string[] = []): Promise<RabbitmqNode> {
  if (!existsSync(SERVER)) throw new Error('RabbitMQ is missing. On Debian: apt-get install rabbitmq-server');
  const folder = await mkdtemp(join(tmpdir(), 'enxame-rabbitmq-'));
  const [port, distPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, 'plugins'), '[].\n');
  const definitions = join(folder, 'definitions.json');
  await writeFile(definitions, JSON.stringify(definitionsOf(['/', ...virtualHosts])));
  await writeFile(join(folder, 'rabbitmq.conf'), `load_definitions = ${definitions}\n`);
  const url = `amqp://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test' as const,
    HOME: folder,
    RABBITMQ_NODENAME: `enxame-test-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    // Makes the script exec the broker: its pid is then the one we started, and no Erlang shell waits for input.
    RUNNING_UNDER_SYSTEMD: 'true',
    NOTIFY_SOCKET: join(folder, 'nobody-listens'),
    // Idle schedulers sleep instead of spinning; the node's own port stays on loopback.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}',
  };
  let server: TestServer;
  const start = async () => {
    server = startServer(SERVER, [], { env, cwd: folder });
    await untilReady('RabbitMQ', server, async () => (await connect(url)).close(), READY_TIMEOUT_MS);
  };
  const halt = () => server.stop();
  await start();
  return {
    url,
    start,
    halt,
    kill: () => server.stop('SIGKILL'),
    async restart() {
      await halt();
      await start();
    },
    async stop() {
      await halt();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** As `rabbitmqctl export_definitions` writes them: the user that amqp:// names by default, and where that user may go. */
function definitionsOf(virtualHosts: readonly string[]) {
  return {
    users: [{ name: 'guest', password: 'guest', tags: 'administrator' }],
    vhosts: virtualHosts.map((name) => ({ name })),
    permissions: virtualHosts.map((vhost) => ({ user: 'guest', vhost, configure: '.*', write: '.*', read: '.*' })),
  };
}

/**
 * A bus on RabbitMQ that is connected. The product's own does not wait long for that: it begins without a broker, and a fact that is
 * published before its subscribers are attached is lost.
 */
export async function openConnectedBus(
  amqpUrl: string,
  options: Omit<Parameters<typeof openBus>[0], 'config' | 'database'>,
): Promise<Bus> {
  const bus = await openBus({ config: { amqpUrl }, database: null, ...options });
  await until('the connection to RabbitMQ', () => bus.health().status === 'ok');
  return bus;
}
