import { describe, expect, it } from 'vitest';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { MAX_MISSED_PRESSES } from '../schedule/preparation';
import type { AssetReader } from './asset-reader';
import { ExpectedTracks } from './expected-tracks';

/** Tracks that open at once, with what was done to them. */
function harness({ fails = false } = {}) {
  const clock = new HandClock();
  const log: string[] = [];
  const circumstances = { mode: 'considerate' as const, metered: false, cpuBusy: false, fetching: false, bufferedS: 0 };
  const origin = { bytes: 0 };
  const reader = (trackId: string) =>
    ({
      trackId,
      comesNext: (inS: number) => log.push(`${trackId} in ${inS}`),
      bytes: () => ({ cache: 0, peer: 0, origin: origin.bytes }),
      close: () => log.push(`close ${trackId}`),
    }) as unknown as AssetReader;
  const tracks = new ExpectedTracks({
    clock,
    circumstances: () => circumstances,
    grant: (trackId) => log.push(`grant ${trackId}`),
    async prepare(trackId) {
      log.push(`open ${trackId}`);
      if (fails) throw new Error('away');
      return reader(trackId);
    },
    join: (joined) => log.push(`join ${(joined as unknown as { trackId: string }).trackId}`),
  });
  return { clock, log, circumstances, origin, tracks, said: () => log.splice(0) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the next track', () => {
  it('is granted, opened, joined in time, and taken once', async () => {
    const { tracks, said, circumstances } = harness();
    circumstances.metered = true;
    tracks.expectNext('b', 100, 'tab');
    tracks.expectNext('b', 90, 'tab');
    expect(said()).toEqual(['grant b']);
    circumstances.metered = false;
    tracks.expectNext('b', 80, 'tab');
    await settled();
    expect(said()).toEqual(['open b', 'b in 80']);
    tracks.expectNext('b', 20, 'tab');
    tracks.expectNext('b', 19, 'tab');
    expect(said()).toEqual(['b in 20', 'join b', 'b in 19']);
    expect(tracks.take('other')).toBeNull();
    expect(await tracks.take('b')).toMatchObject({ trackId: 'b' });
    expect(tracks.take('b')).toBeNull();
    tracks.close();
    expect(said()).toEqual([]);
  });

  it('is closed when something else comes next, also while it is opened', async () => {
    const { tracks, said } = harness();
    tracks.expectNext('b', 20, 'tab');
    tracks.expectNext('c', 20, 'tab');
    await settled();
    const lines = said();
    expect(lines.slice(0, 4)).toEqual(['grant b', 'open b', 'grant c', 'open c']);
    expect(lines.slice(4).sort()).toEqual(['c in 20', 'close b', 'join c']);
    tracks.expectNext(null, 0, 'tab');
    await settled();
    expect(said()).toEqual(['close c']);
  });

  it('is asked for once when that fails', async () => {
    const { tracks, said } = harness({ fails: true });
    tracks.expectNext('b', 20, 'tab');
    await settled();
    tracks.expectNext('b', 19, 'tab');
    await settled();
    expect(said()).toEqual(['grant b', 'open b']);
    expect(tracks.take('b')).toBeNull();
  });

  it('is kept for each of a few tabs', async () => {
    const { tracks, said } = harness();
    for (const tab of ['1', '2', '3', '4', '5']) tracks.expectNext(`of ${tab}`, 20, tab);
    await settled();
    expect(said().filter((line) => line.startsWith('close'))).toEqual(['close of 1']);
    expect(await tracks.take('of 2')).toMatchObject({ trackId: 'of 2' });
    tracks.close();
    await settled();
    expect(said()).toEqual(['close of 3', 'close of 4', 'close of 5']);
  });
});

describe('a track that the pointer rests on', () => {
  it('is prepared without taking part in its swarm, one at a time, and not for long', async () => {
    const { tracks, said, clock } = harness();
    tracks.expectPress('a');
    await settled();
    expect(said()).toEqual(['grant a', 'open a', 'a in Infinity']);
    tracks.expectPress('b');
    await settled();
    expect(said()).toContain('close a');
    clock.pass(60_000);
    await settled();
    expect(said()).toEqual(['close b']);
    expect(tracks.take('b')).toBeNull();
  });

  it('is not fetched any more once many cost the origin something and were not pressed', async () => {
    const { tracks, said, origin } = harness();
    const rest = async (name: string) => {
      tracks.expectPress(name);
      await settled();
    };
    for (let i = 0; i < 2 * MAX_MISSED_PRESSES; i++) await rest(`from peers ${i}`);
    origin.bytes = 65_552;
    for (let i = 0; i < MAX_MISSED_PRESSES; i++) await rest(`from the origin ${i}`);
    said();
    await rest('one more');
    await rest('and another');
    expect(said().filter((line) => line.startsWith('open'))).toEqual([]);
    // A press shows that pointers mean something again.
    tracks.take('and another');
    await rest('after a press');
    expect(said()).toContain('open after a press');
  });
});
