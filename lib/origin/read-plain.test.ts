import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FolderStore } from '@/lib/media-store/folder/folder-store';
import { MemoryStore } from '@/lib/media-store/testing/memory-store';
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
    const plain = readPlain(new FolderStore(), { mediaKey: path, size: 10, mtimeMs: 0 }, { start: 0, end: 10 });
    await expect(plain.next()).rejects.toMatchObject({ name: 'FileNotAsSealed', reason: 'file_missing' });
  }
});

it('gives the bytes asked for, and nothing behind a change of size or time', async () => {
  const store = new MemoryStore();
  store.put('/song', Buffer.alloc(200_000, 'music'));
  const source = { mediaKey: '/song', ...(await store.stat('/song')) };
  const parts: Buffer[] = [];
  for await (const part of readPlain(store, source, { start: 3, end: 150_000 })) parts.push(part);
  expect(Buffer.concat(parts)).toEqual(Buffer.alloc(200_000, 'music').subarray(3, 150_000));

  const plain = readPlain(store, source, { start: 0, end: 200_000 });
  await plain.next();
  store.put('/song', Buffer.alloc(200_000, 'noise'));
  await expect(plain.next()).rejects.toMatchObject({ name: 'FileNotAsSealed', reason: 'file_changed' });
  store.remove('/song');
  const gone = readPlain(store, source, { start: 0, end: 1 });
  await expect(gone.next()).rejects.toMatchObject({ name: 'FileNotAsSealed', reason: 'file_missing' });
});
