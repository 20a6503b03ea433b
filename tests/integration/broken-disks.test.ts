/** Disks that do not answer, are full, or give back something else than what was written. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-disks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process of this project's sources. */
function run(script: string) {
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('a process with a thread that waits for a drive that never answers ends all the same', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const child = run(`
    import { open } from 'node:fs/promises';
    import { ShutdownManager } from './server/shutdown.ts';
    const shutdown = new ShutdownManager({ info() {}, debug() {}, error() {} }, 1);
    shutdown.add('reader', null, () => open(${JSON.stringify(pipe)}, 'r'));
    shutdown.onSignals();
    setInterval(() => {}, 1000);
    console.log('ready');`);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
});
