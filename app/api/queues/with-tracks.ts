import type { QueueWithTracks } from '@/lib/contracts/api/queues';
import type { Track } from '@/lib/contracts/catalog';
import type { SavedQueue } from '@/lib/contracts/history';

/**
 * A saved queue with its tracks, without those that the catalogue does not have any more. Where the current one is gone, the next that is there
 * begins from its start; where none follows, the first.
 * @param tracks those of the queue that the catalogue has, each once
 */
export function withTracks(saved: SavedQueue, tracks: readonly Track[]): QueueWithTracks {
  const byId = new Map(tracks.map((one) => [one.id, one]));
  const kept = saved.trackIds.flatMap((trackId, from) => {
    const track = byId.get(trackId);
    return track === undefined ? [] : [{ track, from }];
  });
  const placeOf = new Map(kept.map(({ from }, place) => [from, place]));
  const current = kept.findIndex(({ from }) => from >= saved.currentIndex);
  return {
    tracks: kept.map(({ track }) => track),
    currentIndex: Math.max(0, current),
    positionMs: kept[current]?.from === saved.currentIndex ? saved.positionMs : 0,
    repeat: saved.repeat ?? 'off',
    unshuffled: saved.unshuffled?.flatMap((from) => placeOf.get(from) ?? []) ?? null,
    changedAt: saved.changedAt,
    changedBy: saved.changedBy,
  };
}
