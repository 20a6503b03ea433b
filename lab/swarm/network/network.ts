/**
 * Homes around a switch, each a network namespace with a line of its own: listeners with 20 Mbit/s down and 5 up, an origin
 * with 20 up. The benchmark itself sits on a port of the switch as well, to set servers up; it sends nothing while one measures.
 */
import type { Cleaner } from '../cleaner';
import { run } from './commands';
import { startRelay } from './relay';

const LISTENER_DOWN = '20mbit';
const LISTENER_UP = '5mbit';
const ORIGIN_UP = '20mbit';
/** Queue of a line, as time: what a small router holds. */
const QUEUE = '100ms';
const BURST = '32kb';
/** Another for each run at the same time. */
const SUBNET = `10.213.${process.pid % 256}`;
const PREFIX = 'enxame-bench-';

export interface Host {
  namespace: string;
  address: string;
  /** Its port on the switch. */
  port: string;
}

export interface Network {
  origin: Host;
  listeners: Host[];
  /** Bytes that each host has put on its line since it exists, by the switch's port. */
  sent(): Promise<Map<string, number>>;
}

/** The system gives no network namespaces, as in most containers; the message says so. */
export class Refused extends Error {}

/**
 * @param delayMs added each way between any two hosts
 * @throws {Refused}
 */
export async function buildNetwork(listeners: number, delayMs: number, cleaner: Cleaner): Promise<Network> {
  await removeAbandoned();
  const name = `${PREFIX}${process.pid}-`;
  const hub = `${name}switch`;
  try {
    await addNamespace(hub, cleaner);
  } catch (error) {
    const why = (error as Error).message;
    throw new Refused(`The swarm benchmark needs network namespaces, and this system gives none (${why}).`);
  }
  const origin: Host = { namespace: `${name}origin`, address: `${SUBNET}.1`, port: 'origin' };
  const homes = Array.from({ length: listeners }, (_, i) => ({
    namespace: `${name}listener${i}`,
    address: `${SUBNET}.${10 + i}`,
    port: `listener${i}`,
  }));
  await addHost(hub, origin, { up: ORIGIN_UP, down: null }, cleaner);
  for (const home of homes) await addHost(hub, home, { up: LISTENER_UP, down: LISTENER_DOWN }, cleaner);
  const ports = ['control', origin.port, ...homes.map((home) => home.port)];
  const control = await addControl(hub, cleaner);
  if (delayMs > 0) {
    const hosts = [origin, ...homes].map(({ namespace }) => ({ namespace, device: 'eth0' }));
    await startRelay({ hub, ports, ends: [{ namespace: null, device: control }, ...hosts] }, delayMs, cleaner);
  } else {
    await addBridge(hub, ports);
  }
  return { origin, listeners: homes, sent: () => countSent(hub) };
}

async function addNamespace(namespace: string, cleaner: Cleaner): Promise<void> {
  await run(`ip netns add ${namespace}`);
  cleaner.add(`namespace ${namespace}`, () => run(`ip netns del ${namespace}`));
  await run(`ip -n ${namespace} link set lo up`);
}

async function addHost(
  hub: string,
  { namespace, address, port }: Host,
  line: { up: string; down: string | null },
  cleaner: Cleaner,
): Promise<void> {
  await addNamespace(namespace, cleaner);
  await run(`ip link add eth0 netns ${namespace} type veth peer name ${port} netns ${hub}`);
  await run(`ip -n ${namespace} addr add ${address}/24 dev eth0`);
  await run(`ip -n ${namespace} link set eth0 up`);
  // No packet takes it, but without a default route Chromium finds no address of its own and gathers no candidates.
  await run(`ip -n ${namespace} route add default dev lo src ${address}`);
  await run(`ip -n ${hub} link set ${port} up`);
  await shape(namespace, 'eth0', line.up);
  if (line.down !== null) await shape(hub, port, line.down);
}

const shape = (namespace: string, device: string, rate: string) =>
  run(`tc -n ${namespace} qdisc add dev ${device} root tbf rate ${rate} burst ${BURST} latency ${QUEUE}`);

/** @returns the device that this process reaches the others by */
async function addControl(hub: string, cleaner: Cleaner): Promise<string> {
  const device = `enx${process.pid}`;
  await run(`ip link add ${device} type veth peer name control netns ${hub}`);
  cleaner.add(`device ${device}`, () => run(`ip link del ${device}`));
  await run(`ip addr add ${SUBNET}.254/24 dev ${device}`);
  await run(`ip link set ${device} up`);
  await run(`ip -n ${hub} link set control up`);
  return device;
}

async function addBridge(hub: string, ports: string[]): Promise<void> {
  await run(`ip -n ${hub} link add bridge type bridge mcast_snooping 0`);
  for (const port of ports) await run(`ip -n ${hub} link set ${port} master bridge`);
  await run(`ip -n ${hub} link set bridge up`);
}

async function countSent(hub: string): Promise<Map<string, number>> {
  const links = JSON.parse(await run(`ip -n ${hub} -s -j link show`)) as {
    ifname: string;
    stats64: { rx: { bytes: number } };
  }[];
  return new Map(links.map((link) => [link.ifname, link.stats64.rx.bytes]));
}

/** Namespaces of a benchmark that was killed before it could clean up; with them go their devices. */
async function removeAbandoned(): Promise<void> {
  for (const line of (await run('ip netns list')).split('\n')) {
    const [namespace = ''] = line.split(' ');
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(namespace)?.[1] ?? Number.NaN);
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    await run(`ip netns del ${namespace}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
