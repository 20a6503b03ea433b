import type { Track } from '@/lib/contracts/catalog';
import type { Call } from './route';

/** Tracks one question may name. */
const BATCH = 500;

/** Each track once, of those that exist. Without the catalog the rest of an answer is still worth giving: then none. */
export async function askTracks(ask: Call['ask'], ids: string[]): Promise<Track[]> {
  return allTracks(ask, ids).catch(() => []);
}

/** Each track once, of those that exist. @throws {EnxameError} when the catalog does not answer */
export async function allTracks(ask: Call['ask'], ids: string[]): Promise<Track[]> {
  const distinct = [...new Set(ids)];
  const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, i) =>
    ask('catalog.tracks', { ids: distinct.slice(i * BATCH, (i + 1) * BATCH) }),
  );
  return (await Promise.all(batches)).flatMap((answer) => answer.tracks);
}
