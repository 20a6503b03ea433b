import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listFolders, reasonOf } from './list-folders';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'enxame-list-'));
});
afterEach(async () => {
  await chmod(root, 0o700);
  await rm(root, { recursive: true, force: true });
});

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), 'x');
  }
}

async function listAll(from = root) {
  const found = [];
  for await (const folder of listFolders(from)) found.push(folder);
  return {
    files: found.flatMap((folder) => folder.files.map((file) => relative(root, file.key))),
    pictures: found.flatMap((folder) => (folder.picture === null ? [] : [relative(root, folder.picture.key)])),
    problems: found.flatMap((folder) => folder.problems.map((problem) => relative(root, problem.key))),
  };
}

it('ends in loops, meets nothing twice, and follows links that lead out', async () => {
  await put('in/a.mp3', 'in/.store/b.mp3', 'out/c.mp3', 'out/more/d.mp3');
  await symlink(join(root, 'in'), join(root, 'in', 'loop'));
  await symlink(join(root, 'in', 'a.mp3'), join(root, 'in', 'same.mp3'));
  await symlink(join(root, 'in', '.store', 'b.mp3'), join(root, 'in', 'b.mp3'));
  await symlink(join(root, 'out'), join(root, 'in', 'out'));
  await symlink(join(root, 'out', 'more'), join(root, 'in', 'again'));
  await symlink(join(root, 'out'), join(root, 'out', 'loop'));
  await symlink(join(root, 'gone.mp3'), join(root, 'in', 'broken.mp3'));
  const { files, problems } = await listAll(join(root, 'in'));
  expect(files.sort()).toEqual(['in/a.mp3', 'in/again/d.mp3', 'in/b.mp3', 'in/out/c.mp3']);
  expect(problems).toEqual(['in/broken.mp3']);
});

it('has words for what the file system answers', () => {
  expect(reasonOf(Object.assign(new Error(), { code: 'EACCES' }))).toMatch(/no permission/);
  expect(reasonOf(Object.assign(new Error(), { code: 'EMFILE' }))).toMatch(/EMFILE/);
  expect(reasonOf('?')).toMatch(/unknown/);
});

it('leaves out pipes, devices and links to them, and names those that are called like music', async () => {
  await put('a/song.mp3', 'a/folder.jpg', 'b/front.png');
  execFileSync('mkfifo', [join(root, 'a/pipe.mp3'), join(root, 'a/cover.jpg')]);
  await symlink('/dev/zero', join(root, 'a/zero.flac'));
  await symlink('/dev/zero', join(root, 'b/cover.jpg'));
  await symlink('circle.mp3', join(root, 'b/circle.mp3'));
  await symlink('folder.png', join(root, 'b/folder.png'));
  const found = await listAll();
  expect(found.files).toEqual(['a/song.mp3']);
  expect(found.pictures).toEqual(['a/folder.jpg', 'b/front.png']);
  expect(found.problems.sort()).toEqual(['a/pipe.mp3', 'a/zero.flac', 'b/circle.mp3']);
});
