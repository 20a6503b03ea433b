/** What tests of the tracker begin with. */
import type { Arrival } from './state';

export const EMPTY = { peers: 0, versions: 0, pairs: 0, untold: 0, unsettled: 0, refills: 0 };
export const T0 = 1_000_000;

/** A generator with a seed (mulberry32), so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function arrival(peer: string, more: Partial<Arrival> = {}): Arrival {
  const place = { address: '192.0.2.1', network: '192.0.2.0/24', region: null };
  return { peer, account: `account-of-${peer}`, place, mode: 'considerate', ...more };
}
