import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from './lock';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('lets one in, and the next when the first has left', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow('in use by another Enxame process');
  await unlock();
  await (await lockFolder(folder))();
});

it('is free at once after its owner was killed', async () => {
  const owner = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(join(folder, 'in-use.sock'))}, () => console.log('locked'))`,
  ]);
  await once(owner.stdout, 'data');
  await expect(lockFolder(folder)).rejects.toThrow('in use');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  await (await lockFolder(folder))();
});

it('makes the folder, and says when it cannot', async () => {
  await (await lockFolder(join(folder, 'new', 'er')))();
  await writeFile(join(folder, 'file'), '');
  await expect(lockFolder(join(folder, 'file', 'below'))).rejects.toThrow('Set DATA_DIR');
});
