/**
 * `npm run bench:swarm`: Enxame beside other ways to stream, with real browsers in homes with real lines. How each figure is
 * taken: docs/benchmarks.md. Options: `--systems enxame,http --scenarios stagger,flash --rounds 3 --listeners 8 --delay`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '@/tests/support/processes';
import { saveRows } from '../rows';
import { Cleaner } from './cleaner';
import { makeMusic } from './music';
import { buildNetwork } from './network/network';
import { readOptions } from './options';
import { playRound } from './round';
import { type Scenario, scenarios } from './scenarios';
import { type Played, rowsOf } from './summary';
import { enxame } from './systems/enxame';
import { http } from './systems/http';
import { p2pMediaLoader } from './systems/p2p-media-loader';
import type { Service, System } from './systems/system';
import { webtorrent } from './systems/webtorrent';

const SYSTEMS: System[] = [enxame, http, p2pMediaLoader, webtorrent];

const cleaner = new Cleaner();
cleaner.onSignals();
try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await cleaner.run();
}

async function main(): Promise<void> {
  const known = { systems: SYSTEMS.map(({ name }) => name), scenarios: Object.keys(scenarios) };
  const options = readOptions(process.argv.slice(2), known);
  if (!isRoot()) {
    throw new Error(
      'The swarm benchmark needs root: it gives each listener a network namespace with a line of its own.',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'enxame-bench-swarm-'));
  cleaner.add('the folder', () => rm(folder, { recursive: true, force: true }));
  console.log('Making the music …');
  const music = await makeMusic(join(folder, 'music'), options.scenarios.includes('evening'));
  const network = await buildNetwork(options.listeners, options.delayMs, cleaner);
  const services = new Map<string, Service>();
  for (const system of SYSTEMS.filter(({ name }) => options.systems.includes(name))) {
    console.log(`Starting ${system.name} …`);
    const own = join(folder, system.name);
    await mkdir(own);
    services.set(system.name, await system.start({ network, music, folder: own, cleaner }));
  }
  const played: Played[] = [];
  // Rounds outside: whatever else this machine does in the meantime befalls all systems alike.
  for (let n = 1; n <= options.rounds; n++) {
    for (const name of options.scenarios) {
      const scenario: Scenario = scenarios[name as keyof typeof scenarios](n, options.listeners);
      for (const [system, service] of services) {
        const round = await playRound(service, scenario, network, cleaner);
        const one = { system, scenario: name, copyBytes: scenario.copyBytes(music), round };
        played.push(one);
        console.log(`round ${n} ${name} ${system}: ${summed([one])}`);
      }
    }
  }
  const suffix = options.delayMs > 0 ? '-delay' : '';
  await saveRows(`swarm${suffix}`, rowsOf(played));
  await writeFile(
    join('lab', 'results', `swarm${suffix}-rounds.json`),
    `${JSON.stringify({ options, played }, null, 1)}\n`,
  );
}

function summed(played: Played[]): string {
  return rowsOf(played)
    .map(({ metric, value }) => `${metric} ${Math.round(value * 100) / 100}`)
    .join(', ');
}
