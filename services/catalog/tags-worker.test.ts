import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWav } from '@/lib/assets/testing/wav';
import { FolderStore } from '@/lib/media-store/folder/folder-store';
import type { OpenMedia } from '@/lib/media-store/media-store';
import { readAudio, TooMuchToRead } from './read-audio';
import readTags from './tags-worker';

let folder: string;
let imports = 0;
const media = new FolderStore().describe();
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-tags-'));
  await writeFile(at('song.wav'), makeWav(1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tagsOf(file: { mediaKey: string; size?: number; picture?: string }) {
  const { files } = await readTags({
    kind: 'tags',
    media,
    importId: `import ${imports++}`,
    files: [{ size: 1000, picture: null, ...file }],
  });
  return files[0];
}

const pipe = (name: string) => execFileSync('mkfifo', [at(name)]);
const link = (to: string) => (name: string) => symlink(to, at(name));
const endless = [
  ['a pipe', pipe],
  ['a device without an end', link('/dev/zero')],
  ['a file of the kernel', link('/proc/kmsg')],
] as const;

describe.each(endless)('%s', (_, make) => {
  it('is no cover: the music beside it is read without one', async () => {
    const path = at('cover.jpg');
    await make('cover.jpg');
    expect(await tagsOf({ mediaKey: at('song.wav'), size: makeWav(1).length, picture: path })).toMatchObject({
      mime: 'audio/wav',
      durationS: 1,
      cover: null,
    });
    const picture = await readTags({ kind: 'picture', media, mediaKey: path }).then(
      (answer) => answer.picture?.length,
      (error) => error.code,
    );
    expect([0, 'not_a_file']).toContain(picture);
    await rm(path);
  });

  it('is no music either', async () => {
    await make('music.mp3');
    expect(await tagsOf({ mediaKey: at('music.mp3') })).toMatchObject({ reason: expect.stringContaining('file') });
    await rm(at('music.mp3'));
  });
});

it('a picture above the limit is not read', async () => {
  await writeFile(at('huge.jpg'), '');
  await truncate(at('huge.jpg'), 3 * 1024 ** 3);
  expect(await tagsOf({ mediaKey: at('song.wav'), size: 1, picture: at('huge.jpg') })).toMatchObject({ cover: null });
});

it('a file of gigabytes without sound in it is not searched to its end', async () => {
  let asked = 0;
  const zeros: OpenMedia = {
    state: { size: 60 * 1024 ** 3, mtimeMs: 0, identity: '' },
    read: async (into) => {
      asked += into.length;
      return into.fill(0).length;
    },
    stat: async () => zeros.state,
    close: async () => {},
  };
  await expect(readAudio(zeros, 'holes.mp3', 100_000)).rejects.toThrow(TooMuchToRead);
  expect(asked).toBeLessThanOrEqual(100_000);
});

it('a tag that promises more than the file holds takes no memory for it', async () => {
  await copyFile(at('song.wav'), at('liar.flac'));
  const file = await open(at('liar.flac'), 'r+');
  // A FLAC whose first block is a picture of 16 MB.
  await file.write(Buffer.from('664c614306ffffff', 'hex'), 0, 8, 0);
  await file.close();
  expect(await tagsOf({ mediaKey: at('liar.flac') })).toMatchObject({
    reason: expect.any(String),
    code: expect.any(String),
  });
});
