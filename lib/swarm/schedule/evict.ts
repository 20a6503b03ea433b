/** An asset of the cache. */
export interface EvictionCandidate {
  versionId: string;
  bytes: number;
  /** Epoch ms. */
  lastUsed: number;
  pinned: boolean;
}

/**
 * Which assets to drop so that `incoming` more bytes fit into `budget`: least recently used first, pinned ones last, those in use never.
 * Whole assets only: half of one is worth little. May free too little when the rest is in use; the caller then keeps less.
 */
export function toEvict(
  assets: readonly EvictionCandidate[],
  budget: number,
  incoming: number,
  inUse: { has(versionId: string): boolean },
): string[] {
  let excess = assets.reduce((sum, asset) => sum + asset.bytes, incoming) - budget;
  const order = assets
    .filter((asset) => !inUse.has(asset.versionId))
    .sort((a, b) => Number(a.pinned) - Number(b.pinned) || a.lastUsed - b.lastUsed);
  const dropped: string[] = [];
  for (const asset of order) {
    if (excess <= 0) break;
    dropped.push(asset.versionId);
    excess -= asset.bytes;
  }
  return dropped;
}
