/** Every benchmark in its short form, as its npm script runs it: it ends well and prints each of its rows with a number. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Whole programs with servers and browsers of their own: half a minute here, minutes on a machine ten times slower. */
const TIMEOUT_MS = 900_000;

const SEARCH = ['search p50 ms | ms', 'search p95 ms | ms', 'search p99 ms | ms', 'search per s | 1/s'];
const SIMULATED = [
  'first chunk p50 ms | ms',
  'first chunk, last ms | ms',
  'copies | files',
  'from peers | files',
  'stalls | of all',
];
const PLAYED = [
  'start p50 ms | ms',
  'start p90 ms | ms',
  'copies | files',
  'stalls | a round',
  'still s | s a round',
  'cpu s per listener | s in 45 s',
];

/** They do all that the others do: `aimed` presses and jumps, `warm` rests and presses. `lab/swarm/options.ts` knows the names of all. */
const SWARM_SCENARIOS = ['aimed', 'warm', 'evening'];

/** `system | scenario | metric | unit` of every row. */
const ROWS: Record<string, string[]> = {
  'bench:swarm': ['enxame', 'http', 'p2p-media-loader', 'webtorrent'].flatMap((system) => [
    ...SWARM_SCENARIOS.flatMap((scenario) =>
      rows(system, scenario, [
        ...PLAYED,
        scenario === 'evening' ? 'origin share | of heard bytes' : 'loaded copies | files',
      ]),
    ),
  ]),
  'bench:services': [
    ...rows('enxame', 'embedded', [...SEARCH, 'events per s | 1/s']),
    ...rows('enxame', 'distributed', [
      ...[...SEARCH, 'events per s | 1/s', 'rpc ms | ms', 'bare rpc ms | ms', 'rpc ratio | x'],
      'rpc ratio, 8 at a time | x',
    ]),
  ],
  'bench:start': [
    ...rows('enxame', 'first start', ['seconds | s']),
    ...rows('enxame', 'second start', ['seconds | s']),
    ...rows('enxame', 'memory', ['idle MB | MB', 'used MB | MB']),
    ...rows('enxame', 'import', ['files per s | 1/s']),
    ...rows('enxame', 'play', ['first ms | ms', 'second tab ms | ms', 'cached ms | ms', 'next ms | ms']),
    ...rows('enxame', 'queue', ['first open ms | ms', 'open ms | ms']),
  ],
  'bench:library': [
    ...rows('enxame', 'import', ['files per s | 1/s']),
    ...rows('enxame', 'rescan', ['seconds | s']),
    ...rows('enxame', 'search', ['p50 ms | ms', 'p99 ms | ms']),
  ],
  'bench:link': [
    ...rows('bare', 'link', ['Mbit per s | Mbit/s']),
    ...rows('enxame', 'link', [
      ...['Mbit per s | Mbit/s', 'kept Mbit per s | Mbit/s', 'ratio | of bare'],
      'longest task ms | ms, the longest of all',
    ]),
  ],
  simulate: [
    ...rows('enxame', 'stagger', SIMULATED),
    ...rows('enxame', 'flash', SIMULATED),
    ...['jump', 'aimed'].flatMap((scenario) =>
      rows('enxame', scenario, [...SIMULATED, 'jump p50 ms | ms', 'jump, last ms | ms']),
    ),
  ],
};
/** With the delay, so that the relay is compiled and used. */
const OPTIONS: Record<string, string> = {
  'bench:swarm': `--short --delay --scenarios ${SWARM_SCENARIOS.join(',')}`,
};
/** Two at a time: each waits for something much of the time. */
const LANES = [
  ['bench:swarm', 'bench:link', 'simulate'],
  ['bench:services', 'bench:start', 'bench:library'],
];

const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;
const running = new Set<ChildProcess>();
let stopped = false;
const outcomes = new Map<string, Promise<Outcome>>();

interface Outcome {
  code: number | null;
  output: string;
}

beforeAll(() => {
  for (const lane of LANES) {
    let before: Promise<unknown> = Promise.resolve();
    for (const name of lane) {
      const outcome = before.then(() => runShort(name));
      outcomes.set(name, outcome);
      before = outcome;
    }
  }
});

afterAll(() => {
  stopped = true;
  for (const child of running) if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
});

test('every benchmark of package.json is among these', () => {
  const names = Object.keys(scripts).filter((name) => name === 'simulate' || name.startsWith('bench:'));
  expect(names.sort()).toEqual(Object.keys(ROWS).sort());
});

test.each(Object.keys(ROWS))(
  'npm run %s -- --short prints every row with a number',
  async (name) => {
    const { code, output } = (await outcomes.get(name)) ?? { code: null, output: '' };
    expect(code, `npm run ${name} -- ${optionsOf(name)} says:\n${output}`).toBe(0);
    const printed = rowsIn(output);
    expect([...printed.keys()].sort()).toEqual([...(ROWS[name] ?? [])].sort());
    for (const [row, value] of printed) expect(Number.isFinite(value), `${row}: ${value}`).toBe(true);
  },
  TIMEOUT_MS,
);

/** As `npm run` has it, in a group of its own, so that all it started can be ended with it. */
async function runShort(name: string): Promise<Outcome> {
  if (stopped) return { code: null, output: 'not begun: the tests were over' };
  const began = performance.now();
  const child = spawn(`${scripts[name]} ${optionsOf(name)}`, { shell: true, detached: true });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data) => {
      output += data;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { code, output };
}

function optionsOf(name: string): string {
  return OPTIONS[name] ?? '--short';
}

function rows(system: string, scenario: string, metrics: readonly string[]): string[] {
  return metrics.map((metric) => `${system} | ${scenario} | ${metric}`);
}

/** The rows of the printed table (lab/benchmark.ts) and their values. */
function rowsIn(output: string): Map<string, number> {
  const cells = output
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const values = cells.filter(([, system]) => system !== 'system' && !system?.startsWith('--'));
  return new Map(
    values.map(([, system, scenario, metric, value, unit]) => [
      `${system} | ${scenario} | ${metric} | ${unit}`,
      value === '' ? Number.NaN : Number(value),
    ]),
  );
}
