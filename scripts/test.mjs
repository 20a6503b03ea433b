/**
 * `npm test`: everything, from a fresh machine. Installs what is missing (npm packages from the lockfile; browsers, broker
 * and database from Debian's packages when this is Debian and root), builds, then runs every test. Nothing is skipped: what
 * cannot be had is named, with the command that brings it, and the run fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
process.chdir(root);

/** What the tests run against that npm does not bring. */
const NEEDED = [
  { package: 'chromium', there: () => onPath('chromium') },
  { package: 'firefox-esr', there: () => onPath('firefox-esr') },
  { package: 'ffmpeg', there: () => onPath('ffmpeg') },
  { package: 'rabbitmq-server', there: () => existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server') },
  { package: 'postgresql', there: () => firstPostgres() !== undefined },
  { package: 'coturn', there: () => onPath('turnserver') },
];

installPackages();
installSystemPackages();
run('the build', process.execPath, ['scripts/build.mjs', '--if-needed']);

const output = join('tests', 'output');
mkdirSync(output, { recursive: true });
rmSync(join(output, 'results.json'), { force: true });
run('the tests', process.execPath, [
  join('node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(output, 'results.json')}`,
  ...process.argv.slice(2),
]);

function installPackages() {
  if (existsSync(join('node_modules', 'vitest', 'package.json'))) return;
  run('installing the packages of the lockfile', 'npm', ['ci']);
}

function installSystemPackages() {
  const missing = NEEDED.filter((need) => !need.there()).map((need) => need.package);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !onPath('apt-get')) {
    console.error(
      `The tests run against real browsers, a real broker and a real database, and these are missing: ${missing.join(', ')}.\n` +
        `On Debian, as root: ${command}`,
    );
    process.exit(1);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run('apt-get update', 'apt-get', ['update', '-qq'], env);
  run(`installing ${missing.join(', ')}`, 'apt-get', command.split(' ').slice(1).concat('-qq'), env);
}

function run(what, command, args, env = process.env) {
  const began = performance.now();
  console.log(`> ${what}`);
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (status !== 0) {
    console.error(`${what} failed (${error?.message ?? signal ?? `exit ${status}`}).`);
    process.exit(1);
  }
  console.log(`  ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function firstPostgres() {
  const folder = '/usr/lib/postgresql';
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).find((version) => existsSync(join(folder, version, 'bin', 'initdb')));
}
