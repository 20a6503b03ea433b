import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMediaStore } from '../open';
import { describeMediaStore } from '../testing/suite';
import { FolderStore } from './folder-store';

describeMediaStore(
  'a folder',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'enxame-store-'));
    const at = (path: string) => join(root, path);
    const put = async (path: string, bytes: string) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), bytes);
    };
    return {
      store: new FolderStore(),
      root,
      put,
      async replace(path, bytes) {
        await put('.new', bytes);
        await rename(at('.new'), at(path));
      },
      async makeFolder(path) {
        await mkdir(at(path), { recursive: true });
      },
      remove: (path) => rm(at(path), { recursive: true, force: true }),
    };
  },
  ({ root }) => rm(root, { recursive: true, force: true }),
);

describe('what only a file system has', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'enxame-store-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['a pipe', () => execFileSync('mkfifo', [at('x')])],
    ['a device', () => symlink('/dev/zero', at('x'))],
  ])('%s is no file', async (_, make) => {
    await make();
    const store = new FolderStore();
    const refused = { name: 'MediaError', code: 'not_a_file' };
    await expect(store.stat(at('x'))).rejects.toMatchObject(refused);
    await expect(store.open(at('x'), 100)).rejects.toMatchObject(refused);
    await expect(store.readWhole(at('x'), 100)).rejects.toMatchObject(refused);
  });

  it('a link is the file that it leads to, one that leads nowhere is missing, and a circle cannot be read', async () => {
    await writeFile(at('song'), 'some music');
    await symlink(at('song'), at('link'));
    await symlink(at('none'), at('broken'));
    await symlink(at('circle'), at('circle'));
    const store = new FolderStore();
    expect(await store.stat(at('link'))).toEqual(await store.stat(at('song')));
    expect((await store.readWhole(at('link'), 100)).toString()).toBe('some music');
    await expect(store.stat(at('broken'))).rejects.toMatchObject({ code: 'missing' });
    await expect(store.open(at('circle'), 100)).rejects.toMatchObject({
      code: 'unreadable',
      cause: expect.objectContaining({ code: 'ELOOP' }),
    });
  });

  it('another thread builds the same store from its description', async () => {
    await writeFile(at('song'), 'some music');
    const there = openMediaStore(structuredClone(new FolderStore().describe()));
    expect((await there.readWhole(at('song'), 100)).toString()).toBe('some music');
  });
});
