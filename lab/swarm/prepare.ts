/** What must be there before anything is measured. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from '@/tests/support/processes';

const PROGRAMS = [
  { name: 'ip', from: 'iproute2' },
  { name: 'tc', from: 'iproute2' },
  { name: 'ffmpeg', from: 'ffmpeg' },
];

/** Installs this folder's packages and builds the product, where that is not done. @throws what is missing, as a sentence */
export function prepare(withDelay: boolean): void {
  if (!isRoot()) {
    throw new Error(
      'The swarm benchmark needs root: it gives each listener a network namespace with a line of its own.',
    );
  }
  const programs = withDelay ? [...PROGRAMS, { name: 'cc', from: 'gcc' }] : PROGRAMS;
  for (const { name, from } of programs) {
    if (!isThere(name)) throw new Error(`The swarm benchmark needs ${name} (Debian: apt-get install ${from}).`);
  }
  const here = import.meta.dirname;
  if (!existsSync(join(here, 'node_modules'))) {
    console.log('Installing what Enxame is compared with …');
    execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit' });
  }
  execFileSync(process.execPath, [join('scripts', 'build.mjs'), '--if-needed'], { stdio: 'inherit' });
}

function isThere(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, program)));
}
