/**
 * `npm run bench:swarm`: Enxame beside other ways to stream, with real browsers in homes with real lines. How each figure is
 * taken: README.md beside this file. Options: `--systems enxame,http --scenarios stagger,flash --rounds 3 --listeners 8 --delay`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Row, saveRows } from '../rows';
import { chartOf } from './chart';
import { Cleaner } from './cleaner';
import { type Music, makeMusic } from './music';
import { buildNetwork, type Network } from './network/network';
import { type Options, readOptions } from './options';
import { prepare } from './prepare';
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
const options = readyOrEnd();
try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await cleaner.run();
}

/** What cannot be done here is said in a sentence. */
function readyOrEnd(): Options {
  try {
    const known = { systems: SYSTEMS.map(({ name }) => name), scenarios: Object.keys(scenarios) };
    const chosen = readOptions(process.argv.slice(2), known);
    prepare(chosen.delayMs > 0);
    return chosen;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

async function main(): Promise<void> {
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
  try {
    await playAll(network, music, services, played);
  } finally {
    // What was measured before a failure is not lost.
    if (played.length > 0) await save(played);
  }
}

/** Rounds outside: whatever else this machine does in the meantime befalls all systems alike. */
async function playAll(
  network: Network,
  music: Music,
  services: ReadonlyMap<string, Service>,
  played: Played[],
): Promise<void> {
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
}

async function save(played: Played[]): Promise<void> {
  const name = options.delayMs > 0 ? 'swarm-delay' : 'swarm';
  const rows = rowsOf(played);
  await saveRows(name, rows);
  printTable(rows);
  const folder = join('lab', 'results');
  await writeFile(join(folder, `${name}-rounds.json`), `${JSON.stringify({ options, played }, null, 1)}\n`);
  const title = `${options.listeners} listeners, ${options.rounds} rounds, ${options.delayMs} ms of delay each way; shorter is better`;
  await writeFile(join(folder, `${name}.svg`), chartOf(rows, title));
}

/** A line for each system and scenario. */
function printTable(rows: readonly Row[]): void {
  const lines = new Map<string, Record<string, number>>();
  for (const { system, scenario, metric, value } of rows) {
    const key = `${scenario} ${system}`;
    lines.set(key, { ...lines.get(key), [metric]: Math.round(value * 10) / 10 });
  }
  console.table(Object.fromEntries(lines));
}

function summed(played: Played[]): string {
  return rowsOf(played)
    .map(({ metric, value }) => `${metric} ${Math.round(value * 100) / 100}`)
    .join(', ');
}
