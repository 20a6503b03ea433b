/**
 * `npm test`: everything, from a fresh machine. Installs what is missing (npm packages from the lockfile; browsers, broker
 * and database from Debian's packages when this is Debian and root), builds, then runs every test. Nothing is skipped: what
 * cannot be had is named, with the command that brings it, and the run fails.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_PACKAGES, installDebian, run } from './debian.mjs';
import { installPackages, prepare, SWARM_BENCH } from './prepare.mjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);

installDebian(ALL_PACKAGES, 'npm test');
await installPackages({ withDev: true });
// Beside the build: what the swarm benchmark compares Enxame with. The benchmarks' test runs it in its short form.
await Promise.all([prepare({ withDev: true }), installPackages({ folder: SWARM_BENCH })]);

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
