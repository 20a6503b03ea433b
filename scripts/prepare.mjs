/** Packages and build, brought up to date where they are not, with a word about each step. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt } from './stamp.mjs';

/** A folder with packages of its own: what bench:swarm compares Enxame with. */
export const SWARM_BENCH = join('lab', 'swarm');

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

const installedIn = (folder) => join(folder, 'node_modules', '.package-lock.json');

/** @param withDev with the packages that only development needs: tests and benchmarks */
export async function prepare({ withDev = false } = {}) {
  await installPackages({ withDev });
  if (!isBuilt()) await step('Building (about half a minute)', process.execPath, [join('scripts', 'build.mjs')]);
}

/** What the lockfile of that folder names, at its versions and hashes, where that is not there yet. */
export async function installPackages({ folder = '.', withDev = false } = {}) {
  if (isInstalled({ folder, withDev })) return;
  // Whoever has installed the development packages keeps them.
  const omit = withDev || hasDevIn(folder) ? [] : ['--omit=dev'];
  const where = folder === '.' ? '' : ` of ${folder}`;
  await step(`Installing packages${where} (about half a minute)`, 'npm', ['ci', ...omit, ...QUIET], folder);
}

/** Whether node_modules is what the lockfile says: by time first, by content where the time says otherwise. */
export function isInstalled({ folder = '.', withDev = false } = {}) {
  const lockfile = join(folder, 'package-lock.json');
  const installed = installedIn(folder);
  if (!existsSync(installed) || (withDev && !hasDevIn(folder))) return false;
  if (statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return true;
  const wanted = readPackages(lockfile);
  const there = readPackages(installed);
  const withTheirDev = hasDev(there);
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || (entry.dev && !withTheirDev) || there[path]?.version === entry.version,
  );
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
const hasDevIn = (folder) => existsSync(installedIn(folder)) && hasDev(readPackages(installedIn(folder)));
const hasDev = (packages) => Object.values(packages).some((entry) => entry.dev);

/** Runs one step, and ends the process when it fails. */
function step(what, command, args, cwd = '.') {
  const began = Date.now();
  console.log(`${what} …`);
  return new Promise((resolve) => {
    // npm is a script on Windows, which only a shell starts.
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command === 'npm' && process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    // A terminal's Ctrl-C reaches the child by itself; a supervisor's SIGTERM does not.
    const onTerm = () => {
      child.kill();
      process.exit(1);
    };
    process.once('SIGTERM', onTerm);
    const failed = (reason) => {
      console.error(`${what} failed.\n\n${output}\n${reason}`);
      process.exit(1);
    };
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', onTerm);
      if (code !== 0) return failed(`${command} exited with ${code ?? signal}. Fix the error above and try again.`);
      console.log(`${what.replace(/ \(.*/, '')}: done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
      resolve();
    });
  });
}
