/**
 * `npm run bench:NAME` and `npm run simulate`: installs and builds what that benchmark needs where that is not done, with a word
 * about each step, and runs it. Options go to the benchmark; `--short` is its short form (docs/benchmarks.md).
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDebian } from './debian.mjs';
import { installPackages, prepare, SWARM_BENCH } from './prepare.mjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);

/** `debian`: packages it needs (debian.mjs); `product`: it runs the built product. */
const BENCHES = {
  library: { program: 'lab/bench-library.ts', debian: ['ffmpeg'], product: true },
  link: { program: 'lab/bench-link.ts', debian: ['chromium'] },
  services: { program: 'lab/bench-services.ts', debian: ['rabbitmq-server', 'postgresql'], product: true },
  simulate: { program: 'lab/simulate.ts', debian: [] },
  start: { program: 'lab/bench-start.ts', debian: ['chromium', 'ffmpeg'], product: true },
  swarm: {
    program: 'lab/swarm/main.ts',
    debian: ['chromium', 'ffmpeg', 'iproute2', 'gcc', 'libc6-dev'],
    product: true,
    packages: SWARM_BENCH,
    root: 'it gives each listener a network namespace with a line of its own',
  },
};

const [name, ...options] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`There is no benchmark called ${name}. Choose from ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(1);
}
const command = name === 'simulate' ? 'npm run simulate' : `npm run bench:${name}`;
if (bench.root !== undefined && process.getuid?.() !== 0) {
  console.error(
    `${command} needs root: ${bench.root}. As root, run: ${[command, ...(options.length > 0 ? ['--'] : []), ...options].join(' ')}`,
  );
  process.exit(1);
}
installDebian(bench.debian, command);
if (bench.product) await prepare({ withDev: true });
else await installPackages({ withDev: true });
if (bench.packages !== undefined) await installPackages({ folder: bench.packages });

const program = [process.execPath, '--import', 'tsx', bench.program, ...options];
// One that makes network devices runs apart from the machine's: a browser elsewhere ends its requests when an address comes or goes.
const [first, ...rest] =
  bench.root === undefined
    ? program
    : ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...program];
if (bench.root !== undefined && spawnSync('unshare', ['--net', 'true']).status !== 0) {
  console.error('The swarm benchmark needs network namespaces, and this system gives none.');
  process.exit(1);
}
const child = spawn(first, rest, { stdio: 'inherit' });
// A terminal's Ctrl-C reaches the benchmark by itself, which then puts things back: wait for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
