/**
 * `npm run bench:swarm`: Enxame beside other ways to stream, with real browsers in homes with real lines. How each figure is
 * taken: README.md beside this file. Options: `--systems enxame,http --scenarios stagger,flash --rounds 3 --listeners 8 --delay`,
 * and `--short`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, resultName } from '../benchmark';
import { chartOf } from './chart';
import { Cleaner } from './cleaner';
import { verdictLines, verdictsOf } from './goals';
import { Homes } from './listener/homes';
import { type Music, makeMusic } from './music';
import { buildNetwork, type Network, Refused } from './network/network';
import { type Options, readOptions } from './options';
import { playRound } from './round';
import { type Scenario, scenarios } from './scenarios';
import { SIZES } from './size';
import { type Played, rowsOf } from './summary';
import { enxame } from './systems/enxame';
import { http } from './systems/http';
import { p2pMediaLoader } from './systems/p2p-media-loader';
import type { Service, System } from './systems/system';
import { webtorrent } from './systems/webtorrent';

const SYSTEMS: System[] = [enxame, http, p2pMediaLoader, webtorrent];

const cleaner = new Cleaner();
cleaner.onSignals();
const options = optionsOrEnd();
const size = SIZES[options.form];
try {
  await main();
} catch (error) {
  console.error(error instanceof Refused ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleaner.run();
}

/** An option that there is not is said in a sentence. */
function optionsOrEnd(): Options {
  try {
    const known = { systems: SYSTEMS.map(({ name }) => name), scenarios: Object.keys(scenarios) };
    return readOptions(process.argv.slice(2), known);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-bench-swarm-'));
  cleaner.add('the folder', () => rm(folder, { recursive: true, force: true }));
  console.log('Making the music …');
  const music = await makeMusic(join(folder, 'music'), size, options.scenarios.includes('evening'));
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

/** Rounds outside: whatever else this machine does in the meantime befalls all systems alike. In the short form they play at the same time. */
async function playAll(
  network: Network,
  music: Music,
  services: ReadonlyMap<string, Service>,
  played: Played[],
): Promise<void> {
  const isShort = options.form === 'short';
  const sites = [...services.values()].map(({ site }) => site);
  const homes = new Homes(network, sites, isShort, cleaner);
  for (let n = 1; n <= options.rounds; n++) {
    for (const name of options.scenarios) {
      const scenario: Scenario = scenarios[name as keyof typeof scenarios](size, n, options.listeners);
      const play = async (system: string, service: Service) => {
        const round = await playRound(service, scenario, network, homes);
        const one = { system, scenario: name, copyBytes: scenario.copyBytes(music), round };
        played.push(one);
        console.log(`round ${n} ${name} ${system}: ${summed([one])}`);
      };
      if (isShort) await Promise.all([...services].map(([system, service]) => play(system, service)));
      else for (const [system, service] of services) await play(system, service);
    }
  }
}

async function save(played: Played[]): Promise<void> {
  const name = options.delayMs > 0 ? 'swarm-delay' : 'swarm';
  const rows = rowsOf(played);
  await report(name, options.form, rows);
  const verdicts = verdictsOf(rows, options);
  // Of the short form nothing can be concluded.
  if (options.form === 'full') console.log(`Goals:\n${verdictLines(verdicts).join('\n')}\n`);
  const file = resultName(name, options.form);
  const folder = join('lab', 'results');
  await writeFile(join(folder, `${file}-rounds.json`), `${JSON.stringify({ options, verdicts, played }, null, 1)}\n`);
  const title = `${options.listeners} listeners, ${options.rounds} rounds, ${options.delayMs} ms of delay each way; shorter is better`;
  await writeFile(join(folder, `${file}.svg`), chartOf(rows, title));
}

function summed(played: Played[]): string {
  return rowsOf(played)
    .map(({ metric, value }) => `${metric} ${Math.round(value * 100) / 100}`)
    .join(', ');
}
