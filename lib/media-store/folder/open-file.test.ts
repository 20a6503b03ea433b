import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { FILE_TIMEOUT_MS, inTime, openFile, readWholeFile } from './open-file';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-open-'));
  await writeFile(at('song'), 'some music');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.useRealTimers());

it('reads a regular file, also through a link, and no further than its size', async () => {
  await symlink(at('song'), at('link'));
  const file = await openFile(at('link'), 100);
  const into = Buffer.alloc(20);
  expect(file.stats.size).toBe(10);
  expect(await file.read(into, 5)).toBe(5);
  expect(into.toString('utf8', 0, 5)).toBe('music');
  await writeFile(at('song'), 'some music, grown since');
  expect(await file.read(into, 5)).toBe(5);
  expect((await file.stat()).size).toBe(23);
  await file.close();
  expect((await readWholeFile(at('song'), 100)).toString()).toBe('some music, grown since');
});

it.each([
  ['a pipe that nobody writes to', () => execFileSync('mkfifo', [at('x')])],
  ['a device without an end', () => symlink('/dev/zero', at('x'))],
  ['a terminal', () => symlink('/dev/tty', at('x'))],
  ['a folder', () => mkdir(at('x'))],
])('refuses %s', async (_, make) => {
  await make();
  await expect(openFile(at('x'), 100)).rejects.toMatchObject({ name: 'MediaError', code: 'not_a_file' });
  await expect(readWholeFile(at('x'), 100)).rejects.toMatchObject({ code: 'not_a_file' });
  await rm(at('x'), { recursive: true });
});

it('refuses a socket', async () => {
  const server = createServer().listen(at('socket'));
  await expect(openFile(at('socket'), 100)).rejects.toMatchObject({ code: 'not_a_file' });
  server.close();
});

it('refuses what is too large, and takes a file of /proc for as large as it says', async () => {
  await writeFile(at('sparse'), '');
  await truncate(at('sparse'), 101);
  await expect(openFile(at('sparse'), 100)).rejects.toMatchObject({ code: 'too_large' });
  expect((await readWholeFile('/proc/self/status', 100)).length).toBe(0);
});

it('says what the system says of a link in a circle and of nothing', async () => {
  await symlink(at('circle'), at('circle'));
  await expect(openFile(at('circle'), 100)).rejects.toMatchObject({ code: 'ELOOP' });
  await expect(openFile(at('none'), 100)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('waits for a disk only so long, and begins nothing new while one does not answer', async () => {
  vi.useFakeTimers();
  let answer = (_: string) => {};
  const stuck = inTime(() => new Promise<string>((resolve) => (answer = resolve)));
  const refused = expect(stuck).rejects.toMatchObject({ name: 'MediaError', code: 'too_slow' });
  await vi.advanceTimersByTimeAsync(FILE_TIMEOUT_MS - 1);
  expect(await inTime(async () => 'another disk')).toBe('another disk');
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  const begun = vi.fn(async () => 'begun');
  await expect(inTime(begun)).rejects.toMatchObject({ code: 'too_slow' });
  expect(begun).not.toHaveBeenCalled();
  answer('late');
  await vi.advanceTimersByTimeAsync(0);
  expect(await inTime(begun)).toBe('begun');
});
