import { beforeEach, describe, expect, it } from 'vitest';
import { importContentKey, sealChunk } from '@/lib/assets/seal';
import type { Manifest } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import type { Grant } from '@/lib/contracts/playback';
import { HandClock } from '@/lib/util/testing/hand-clock';
import type { Download } from '../download/download';
import { ListenerIntent } from '../download/listener-intent';
import { AssetReader } from './asset-reader';
import type { CachedAsset } from './cached-asset';
import { PlainCache } from './plain-cache';

const CHUNKS = 8;
const CHUNK = 1000;
const manifest: Manifest = {
  ...mp3Sound,
  version: 'v'.repeat(22),
  size: CHUNKS * CHUNK,
  chunkSize: CHUNK,
  chunks: CHUNKS,
  durationS: 80,
  hashes: new Uint8Array(CHUNKS * 32),
  // A point a second: 100 bytes.
  seek: {
    header: [],
    firstAudio: 0,
    endAudio: CHUNKS * CHUNK,
    points: Array.from({ length: 80 }, (_, s) => [s * 1000, s * 100]).flat(),
  },
};
let key: CryptoKey;
let sealed: Uint8Array<ArrayBuffer>[];
beforeEach(async () => {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const sealing = await importContentKey(raw, ['encrypt']);
  key = await importContentKey(raw, ['decrypt']);
  const chunk = (i: number) => sealChunk(sealing, manifest.version, i, new Uint8Array(CHUNK).fill(i));
  sealed = await Promise.all(Array.from({ length: CHUNKS }, (_, i) => chunk(i)));
});

/** A reader of an asset of which these chunks are held; `taken` are those that were read from the cache, `waited` those that reads wait for. */
function open(held: readonly number[], { savesData = false } = {}) {
  const has = new Set(held);
  const taken: number[] = [];
  const waited = new Map<number, (bytes: Uint8Array<ArrayBuffer>) => void>();
  const vanished = new Set<number>();
  const plain = new PlainCache();
  const intent = new ListenerIntent(manifest);
  const download = {
    intent,
    schedule: () => {},
    cancel: () => {},
    want: (chunk: number) => new Promise<Uint8Array<ArrayBuffer>>((resolve) => waited.set(chunk, resolve)),
  } as unknown as Download;
  const cached = {
    versionId: manifest.version,
    manifest,
    has: (chunk: number) => has.has(chunk),
    async read(chunk: number) {
      taken.push(chunk);
      if (!vanished.has(chunk)) return sealed[chunk] ?? null;
      has.delete(chunk);
      return null;
    },
  } as unknown as CachedAsset;
  const host = { savesData: () => savesData, readFromCache: () => {}, hinted: () => {}, readerClosed: () => {} };
  const clock = new HandClock();
  const reader = new AssetReader({ grant: {} as Grant, cached, download, key, plain, clock, host });
  const isReady = (chunk: number) => plain.get(manifest.version, chunk) !== undefined;
  const arrives = (chunk: number) => reader.chunkArrived(chunk, 'peer', sealed[chunk] ?? new Uint8Array(0));
  return { reader, taken, waited, vanished, isReady, arrives, intent };
}
const chunk = (i: number) => [i * CHUNK, (i + 1) * CHUNK] as const;

describe('reading one chunk after the other', () => {
  it('finds the next one decrypted where it is held', async () => {
    const { reader, taken } = open([0, 1, 2]);
    await reader.read(...chunk(0));
    expect([...taken].sort()).toEqual([0, 1]);
    expect(await reader.read(...chunk(1))).toEqual(new Uint8Array(CHUNK).fill(1));
    // Chunk 1 was read from the cache once.
    expect(taken.filter((read) => read === 1)).toHaveLength(1);
  });

  it('asks for none that it was not told to read, and decrypts the next one as it arrives', async () => {
    const { reader, waited, isReady, arrives } = open([0]);
    await reader.read(...chunk(0));
    expect([...waited]).toEqual([]);
    arrives(2);
    arrives(1);
    expect([isReady(1), isReady(2)]).toEqual([true, false]);
    expect(await reader.read(...chunk(1))).toEqual(new Uint8Array(CHUNK).fill(1));
    expect([...waited]).toEqual([]);
  });

  it('asks for one that vanished from the cache before it was decrypted', async () => {
    const { reader, waited, vanished } = open([0, 1]);
    vanished.add(1);
    await reader.read(...chunk(0));
    const reading = reader.read(...chunk(1));
    await expect.poll(() => waited.has(1)).toBe(true);
    waited.get(1)?.(sealed[1] ?? new Uint8Array(0));
    expect(await reading).toEqual(new Uint8Array(CHUNK).fill(1));
  });

  it('does not decrypt ahead where it goes to and fro', async () => {
    const { reader, isReady } = open([0, 1, 5, 6]);
    await reader.read(...chunk(5));
    expect(isReady(6)).toBe(false);
  });
});

describe('a likely jump', () => {
  it('finds what sound needs decrypted, held or arriving', () => {
    const { reader, intent, isReady, arrives } = open([4]);
    // 49.9 s are byte 4990; the point before is 4900, and 0.3 s behind is byte 5020.
    reader.expectJump(49.9);
    expect(intent.forPlan().jump).toEqual([4, 5]);
    arrives(5);
    arrives(6);
    expect([4, 5, 6].map(isReady)).toEqual([true, true, false]);
    reader.expectJump(null);
    expect(intent.forPlan().jump).toEqual([]);
    arrives(7);
    expect(isReady(7)).toBe(false);
  });

  it('fetches nothing on a line that costs money, and uses what is here', () => {
    const { reader, intent, isReady } = open([4, 5], { savesData: true });
    reader.expectJump(49.9);
    expect(intent.forPlan().jump).toEqual([]);
    expect([4, 5].map(isReady)).toEqual([true, true]);
  });

  it('is to the start for a track that comes next, until it plays', () => {
    const { reader, intent } = open([]);
    reader.comesNext(20);
    expect(intent.forPlan()).toMatchObject({
      jump: [0],
      playback: { playing: false, comesNext: true, bufferedS: 20 },
    });
    reader.hint({ playing: true, timeS: 0, bufferedS: 0 });
    reader.comesNext(19);
    expect(intent.forPlan()).toMatchObject({ jump: [], playback: { playing: true, comesNext: false } });
  });
});
