/** A switch with delay: relay.c, compiled where it runs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, untilReady } from '@/testing/processes';
import type { Cleaner } from '../cleaner';
import { onHost, run } from './commands';

const START_TIMEOUT_MS = 10_000;

export interface Relayed {
  /** Namespace of the switch, and its devices. */
  hub: string;
  ports: string[];
  /** Where the far ends of those devices are; null: the namespace of this process. */
  ends: { namespace: string | null; device: string }[];
}

/** @param delayMs that each frame is held */
export async function startRelay({ hub, ports, ends }: Relayed, delayMs: number, cleaner: Cleaner): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-bench-relay-'));
  cleaner.add('the relay’s folder', () => rm(folder, { recursive: true, force: true }));
  const relay = join(folder, 'relay');
  await run(`cc -O2 -o ${relay} ${join(import.meta.dirname, 'relay.c')}`);
  for (const { namespace, device } of ends) {
    const where = namespace === null ? '' : `${onHost(namespace).join(' ')} `;
    await run(`${where}${relay} plain ${device}`);
  }
  const [command = '', ...args] = onHost(hub);
  const server = startServer(command, [...args, relay, 'switch', String(delayMs * 1000), ...ports], {});
  cleaner.add('the relay', () => server.stop());
  await untilReady('The relay', server, () => assertReady(server.output()), START_TIMEOUT_MS);
}

async function assertReady(output: string): Promise<void> {
  if (!output.includes('ready')) throw new Error('it says nothing');
}
