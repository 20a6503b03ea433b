/** What a peer served lately, by the word of both ends of its links: whoever served before is likely to serve again. */
import type { Peer } from './state';

/** Half of what was served counts after this, ms: a listener's circumstances last about an album's side. */
const HALF_LIFE_MS = 10 * 60_000;
/** So much is half of all trust, bytes: one track. */
const HALF_BYTES = 8 * 1024 ** 2;

export function noteServed(peer: Pick<Peer, 'served'>, bytes: number, now: number): void {
  if (bytes > 0) peer.served = { bytes: lately(peer, now) + bytes, at: now };
}

/** 0: nothing yet, or long ago; towards 1 with every byte. */
export function successOf(peer: Pick<Peer, 'served'>, now: number): number {
  const bytes = lately(peer, now);
  return bytes / (bytes + HALF_BYTES);
}

function lately({ served }: Pick<Peer, 'served'>, now: number): number {
  return served.bytes * 0.5 ** (Math.max(0, now - served.at) / HALF_LIFE_MS);
}
