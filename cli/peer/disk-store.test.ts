import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { openDiskStore } from './disk-store';

const [a, b, c] = [newId(), newId(), newId()];
const info = { trackId: newId(), manifest: Uint8Array.of(1, 2, 3) };
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

let folder: string;
let clock: HandClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-disk-'));
  clock = new HandClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (budgetBytes = 100_000) => openDiskStore({ folder, budgetBytes, clock, log: () => {} });

it('gives back what was put, before and after it is on disk, and after a new start', async () => {
  const store = await open();
  expect([...(await store.use(a, info))]).toEqual([]);
  store.put(a, 5, bytes(10, 2));
  expect(await store.get(a, 5)).toEqual(bytes(10, 2));
  await store.close();
  expect(new Uint8Array((await store.get(a, 5)) ?? [])).toEqual(bytes(10, 2));
  const after = await open();
  expect(after.usage()).toEqual({ usedBytes: 10, budgetBytes: 100_000, assets: 1, lasting: true });
  expect([after.knows(info.trackId), after.knows(newId())]).toEqual([true, false]);
  expect(new Uint8Array((await after.manifest(a)) ?? [])).toEqual(info.manifest);
  expect([...(await after.use(a, info))]).toEqual([5]);
  expect(new Uint8Array((await after.get(a, 5)) ?? [])).toEqual(bytes(10, 2));
  expect(await after.get(a, 6)).toBeNull();
  after.evictChunk(a, 5);
  expect(await after.get(a, 5)).toBeNull();
  await after.evict(a);
  expect(after.usage()).toMatchObject({ usedBytes: 0, assets: 0 });
  expect(await readdir(folder)).toEqual([]);
});

it('does away with what a killed process left half done', async () => {
  const store = await open();
  await store.use(a, info);
  store.put(a, 0, bytes(10, 1));
  await store.close();
  await writeFile(join(folder, a, '1.new'), bytes(5, 1));
  await store.use(b, info);
  await store.close();
  await rm(join(folder, b, 'manifest'));
  const after = await open();
  expect(after.usage()).toMatchObject({ usedBytes: 10, assets: 1 });
  expect((await readdir(join(folder, a))).sort()).toEqual(['0', 'manifest', 'track']);
  expect(await readdir(folder)).toEqual([a]);
});

it('makes room by the asset used longest ago, also by an earlier process, and never by one in use', async () => {
  const before = await open();
  for (const version of [a, b]) {
    await before.use(version, info);
    before.put(version, 0, bytes(40_000, 1));
    before.release(version);
    clock.pass(5000);
  }
  await before.close();
  const store = await open();
  const lost: unknown[] = [];
  store.onEvicted((...what) => lost.push(what));
  await store.use(c, info);
  store.put(c, 0, bytes(40_000, 1));
  expect(lost).toEqual([[a, 'all']]);
  await store.use(b, info);
  store.put(c, 1, bytes(40_000, 1));
  expect(lost).toEqual([
    [a, 'all'],
    [c, [1]],
  ]);
  await store.close();
  expect((await readdir(folder)).sort()).toEqual([b, c].sort());
  expect(store.fits(90_001)).toBe(false);
});

it('keeps to a limit that was lowered between two starts', async () => {
  const before = await open();
  for (const version of [a, b]) {
    await before.use(version, info);
    before.put(version, 0, bytes(40_000, 1));
    clock.pass(5000);
  }
  await before.close();
  const store = await open(50_000);
  await store.close();
  expect(store.usage()).toMatchObject({ usedBytes: 40_000, assets: 1 });
  expect(await readdir(folder)).toEqual([b]);
});

it('says that a chunk is lost when the disk does not take it', async () => {
  const store = await open();
  const lost: unknown[] = [];
  store.onEvicted((...what) => lost.push(what));
  await store.use(a, info);
  await store.close();
  await rm(join(folder, a), { recursive: true });
  await writeFile(join(folder, a), 'in the way');
  store.put(a, 0, bytes(10, 1));
  await store.close();
  expect(lost).toEqual([[a, [0]]]);
  expect(store.usage().usedBytes).toBe(0);
  expect(await readFile(join(folder, a), 'utf8')).toBe('in the way');
});
