import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPlain } from './read-plain';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-plain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('opens no pipe and no device, and whoever serves one retires its version', async () => {
  const pipe = join(folder, 'pipe.mp3');
  const zero = join(folder, 'zero.mp3');
  execFileSync('mkfifo', [pipe]);
  await symlink('/dev/zero', zero);
  for (const path of [pipe, zero]) {
    const plain = readPlain({ path, size: 10, mtimeMs: 0 }, { start: 0, end: 10 });
    await expect(plain.next()).rejects.toMatchObject({ name: 'FileNotAsSealed', reason: 'file_missing' });
  }
});
