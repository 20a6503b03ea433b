import { expect, it } from 'vitest';
import { ChunkSet } from '@/lib/assets/ranges';
import { hashChunk } from '@/lib/assets/seal';
import { newId } from '@/lib/contracts/ids';
import type { Manifest } from '@/lib/contracts/manifest';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { MemoryStore } from '../store/memory-store';
import { CachedAsset } from './cached-asset';

/** Sealed, which adds 16 bytes. */
const SEALED = new Uint8Array(100 + 16).fill(7);

it('counts a chunk once that two sources brought while the hashes were on their way', async () => {
  const manifest = { size: 100, chunkSize: 65_536, chunks: 1, hashes: new Uint8Array(32) } as unknown as Manifest;
  const store = new MemoryStore(new HandClock());
  const cached = CachedAsset.ahead(newId(), newId(), manifest, new Uint8Array(), store);
  const brought = [SEALED, SEALED, new Uint8Array(SEALED.length)].map((bytes) => cached.verifyAndKeep(0, bytes));
  const hashes = new Uint8Array(32);
  hashes.set(await hashChunk(SEALED));
  cached.complete({ ...manifest, hashes }, ChunkSet.empty());
  // Whichever is hashed first.
  expect((await Promise.all(brought)).sort()).toEqual(['held', 'new', 'wrong']);
});
