/** Programs that npm does not bring: what tests and benchmarks run against, as Debian packages it. One list for all who install them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's packages, and how to see that one is there (a newer or self-made program does as well). */
const PACKAGES = {
  chromium: () => onPath('chromium'),
  'firefox-esr': () => onPath('firefox-esr'),
  ffmpeg: () => onPath('ffmpeg'),
  'rabbitmq-server': () => existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server'),
  postgresql: hasPostgres,
  coturn: () => onPath('turnserver'),
  // Network namespaces and the relay between them, for bench:swarm.
  iproute2: () => onPath('ip') && onPath('tc'),
  gcc: () => onPath('cc'),
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
};

export const ALL_PACKAGES = Object.keys(PACKAGES);

/**
 * Installs those of the packages that are not there. Ends the process where it may not, with the command that brings them.
 * @param who what needs them, as the subject of a sentence
 */
export function installDebian(names, who) {
  const missing = names.filter((name) => !PACKAGES[name]());
  if (missing.length === 0) return;
  const args = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(
      `${who} needs programs that are not installed: ${missing.join(', ')}.\nOn Debian, install them as root: apt-get ${args.join(' ')}`,
    );
    process.exit(1);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run('apt-get update', 'apt-get', ['update', '-qq'], env);
  run(`installing ${missing.join(', ')}`, 'apt-get', [...args, '-qq'], env);
}

/** Runs a step in this terminal, and ends the process when it fails. */
export function run(what, command, args, env = process.env) {
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

function hasPostgres() {
  const folder = '/usr/lib/postgresql';
  return (
    existsSync(folder) && readdirSync(folder).some((version) => existsSync(join(folder, version, 'bin', 'initdb')))
  );
}
