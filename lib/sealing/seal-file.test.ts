import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainRange } from '@/lib/assets/geometry';
import { isChunk, verifyManifest } from '@/lib/assets/manifest';
import { importContentKey, sealChunk } from '@/lib/assets/seal';
import { makeWav } from '@/lib/assets/testing/wav';
import { newId } from '@/lib/contracts/ids';
import { FolderStore } from '@/lib/media-store/folder/folder-store';
import type { OpenMedia } from '@/lib/media-store/media-store';
import { MemoryStore } from '@/lib/media-store/testing/memory-store';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { readSealed, type SealedFile } from './read-sealed';
import { sealFile } from './seal-file';
import sealInWorker from './seal-worker';

const secrets = deriveSecrets('a secret of thirty-two characters');
const signingKeyPem = secrets.signingKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const key = randomBytes(32);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-seal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const media = new FolderStore();
const job = (mediaKey: string) => ({ mediaKey, versionId: newId(), key, signingKeyPem });
const inWorker = (path: string) => sealInWorker({ ...job(path), media: media.describe() });

describe('sealFile', () => {
  it('signs what a browser then seals and hashes to the same', async () => {
    const wav = makeWav(1.3);
    const path = join(folder, 'a.wav');
    await writeFile(path, wav);
    const task = job(path);
    const sealed = await sealFile(media, task);
    expect(sealed).toMatchObject({ size: wav.length, mtimeMs: (await stat(path)).mtimeMs, durationS: 1.3 });

    const manifest = await verifyManifest(sealed.manifest, secrets.publicKey);
    expect(manifest).toMatchObject({ version: task.versionId, size: wav.length, chunks: 4, container: 'wav' });
    const webKey = await importContentKey(key, ['encrypt']);
    for (let index = 0; index < manifest.chunks; index++) {
      const { start, end } = plainRange(manifest, index);
      const chunk = await sealChunk(webKey, task.versionId, index, wav.subarray(start, end));
      expect(await isChunk(manifest, index, chunk)).toBe(true);
    }
  });

  it('says which files it cannot seal, with a code that survives the way between threads', async () => {
    const text = join(folder, 'notes.mp3');
    await writeFile(text, 'no music');
    expect(await inWorker(text)).toMatchObject({ error: { code: 'format_unsupported' } });
    expect(await inWorker(join(folder, 'none.mp3'))).toMatchObject({ error: { code: 'file_missing' } });
    expect(await inWorker(folder)).toMatchObject({ error: { code: 'file_missing' } });
  });

  it.each([
    ['written to', (store: MemoryStore) => store.put('/a.wav', makeWav(2))],
    ['replaced', (store: MemoryStore) => store.replace('/a.wav', makeWav(1))],
    [
      'replaced by a folder',
      (store: MemoryStore) => {
        store.remove('/a.wav');
        store.makeFolder('/a.wav');
      },
    ],
  ])('seals nothing of a file that is %s while it is read', async (_, change) => {
    const store = new MemoryStore();
    store.put('/a.wav', makeWav(1));
    const changing = {
      stat: (key: string) => store.stat(key),
      async open(key: string, maxBytes: number): Promise<OpenMedia> {
        const file = await store.open(key, maxBytes);
        return {
          ...file,
          async read(into, position) {
            const read = await file.read(into, position);
            change(store);
            return read;
          },
        };
      },
    };
    await expect(sealFile(changing, job('/a.wav'))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('opens no pipe and no device, and whoever serves one retires its version', async () => {
    const pipe = join(folder, 'pipe.mp3');
    const zero = join(folder, 'zero.mp3');
    execFileSync('mkfifo', [pipe]);
    await symlink('/dev/zero', zero);
    for (const path of [pipe, zero]) {
      expect(await inWorker(path)).toMatchObject({ error: { code: 'file_missing' } });
      const source = { mediaKey: path, manifest: { size: 10, chunkSize: 65_536 } } as unknown as SealedFile;
      const sealed = readSealed(media, source, { start: 0, end: 10 });
      await expect(sealed.next()).rejects.toMatchObject({ name: 'FileNotAsSealed', reason: 'file_missing' });
    }
  });
});
