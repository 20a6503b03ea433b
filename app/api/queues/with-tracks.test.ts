import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { SavedQueue } from '@/lib/contracts/history';
import { withTracks } from './with-tracks';

const [a, b, c] = ['a', 'b', 'c'].map((letter) => someTrack({ id: letter.repeat(22) })) as [
  ReturnType<typeof someTrack>,
  ReturnType<typeof someTrack>,
  ReturnType<typeof someTrack>,
];
const saved = (part: Partial<SavedQueue>): SavedQueue => ({
  trackIds: [a.id, b.id, c.id],
  currentIndex: 1,
  positionMs: 5_000,
  changedAt: 1,
  changedBy: 'Chrome',
  ...part,
});

describe('withTracks', () => {
  it.each([
    ['all there', {}, [a, b, c], ['a', 'b', 'c'], 1, 5_000, null],
    ['one before is gone', {}, [b, c], ['b', 'c'], 0, 5_000, null],
    ['the current is gone', {}, [a, c], ['a', 'c'], 1, 0, null],
    ['the current and all behind are gone', {}, [a], ['a'], 0, 0, null],
    ['nothing is left', {}, [], [], 0, 0, null],
    ['shuffled', { unshuffled: [2, 0, 1] }, [a, b, c], ['a', 'b', 'c'], 1, 5_000, [2, 0, 1]],
    ['shuffled, one gone', { unshuffled: [2, 0, 1] }, [b, c], ['b', 'c'], 0, 5_000, [1, 0]],
    ['one twice', { trackIds: [a.id, b.id, a.id], currentIndex: 2 }, [a, b], ['a', 'b', 'a'], 2, 5_000, null],
  ] as const)('%s', (_, part, tracks, letters, currentIndex, positionMs, unshuffled) => {
    const queue = withTracks(saved(part as Partial<SavedQueue>), tracks);
    expect(queue.tracks.map(({ id }) => id[0])).toEqual(letters);
    expect(queue).toMatchObject({ currentIndex, positionMs, unshuffled, repeat: 'off' });
  });
});
