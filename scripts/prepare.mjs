/** Packages and build, brought up to date where they are not, with a word about each step. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt } from './stamp.mjs';

const INSTALLED = join('node_modules', '.package-lock.json');

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

export async function prepare() {
  if (!isInstalled()) await install();
  if (!isBuilt()) await step('Building (about half a minute)', process.execPath, [join('scripts', 'build.mjs')]);
}

/** What the lockfile names, at its versions and hashes. */
async function install() {
  await step('Installing packages (about half a minute)', 'npm', ['ci', ...omit(), ...QUIET]);
}

/** Whether node_modules is what the lockfile says: by time first, by content where the time says otherwise. */
export function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  if (statSync(INSTALLED).mtimeMs >= statSync('package-lock.json').mtimeMs) return true;
  const wanted = readPackages('package-lock.json');
  const there = readPackages(INSTALLED);
  const withDev = hasDev(there);
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || (entry.dev && !withDev) || there[path]?.version === entry.version,
  );
}

/** Whoever has installed the development packages keeps them. */
function omit() {
  return existsSync(INSTALLED) && hasDev(readPackages(INSTALLED)) ? [] : ['--omit=dev'];
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
const hasDev = (packages) => Object.values(packages).some((entry) => entry.dev);

/** Runs one step, and ends the process when it fails. */
function step(what, command, args) {
  const began = Date.now();
  process.stdout.write(`${what} … `);
  return new Promise((resolve) => {
    // npm is a script on Windows, which only a shell starts.
    const child = spawn(command, args, {
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
      console.error(`failed.\n\n${output}\n${reason}`);
      process.exit(1);
    };
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', onTerm);
      if (code !== 0)
        return failed(`${command} ended with ${code ?? signal}. Mend what it says above and run npm start again.`);
      console.log(`done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
      resolve();
    });
  });
}
