import { describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { Manifest } from '@/lib/contracts/manifest';
import type { OpenAsset, PlaybackHint, SwarmPeer } from '@/lib/swarm/api';
import { NextTrack } from './next-track';

function fakeSwarm() {
  const log: string[] = [];
  const hints: PlaybackHint[] = [];
  let failing = false;
  const open = async (trackId: string): Promise<OpenAsset> => {
    log.push(`open ${trackId}`);
    if (failing) throw new EnxameError('unavailable', 'away');
    const seek = { header: [], firstAudio: 10, endAudio: 1010, points: [] };
    return {
      // What the class under test does not read is left out.
      manifest: { size: 1010, durationS: 10, seek } as unknown as Manifest,
      grant: {} as OpenAsset['grant'],
      read: async (start, end) => {
        log.push(`read ${trackId} ${start}-${end}`);
        return new Uint8Array(end - start);
      },
      hint: (hint) => hints.push(hint),
      sources: () => [],
      bytes: () => ({ cache: 0, peer: 0, origin: 0 }),
      close: () => log.push(`close ${trackId}`),
    };
  };
  const swarm = {
    open,
    prepare: (ids: readonly string[]) => log.push(`prepare ${ids.join()}`),
  } as unknown as SwarmPeer;
  return { swarm, log, hints, fail: (on: boolean) => (failing = on) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the next track', () => {
  it('is granted at once, opened at 30 s, read from at 10 s, and handed over once', async () => {
    const { swarm, log, hints } = fakeSwarm();
    const next = new NextTrack(swarm);
    next.expect('b');
    next.tell(31);
    next.tell(29.5);
    await settled();
    next.tell(20);
    next.tell(9.5);
    next.tell(9);
    expect(log).toEqual(['prepare b', 'open b', 'read b 10-1010']);
    expect(hints.at(-1)).toEqual({ playing: false, byte: 10, bytesPerSecond: 100, bufferedS: 9 });
    expect(next.take('other')).toBeNull();
    const asset = await next.take('b');
    expect(asset?.manifest.size).toBe(1010);
    expect(next.take('b')).toBeNull();
    next.close();
    expect(log).not.toContain('close b');
  });

  it('is let go when something else comes next', async () => {
    const { swarm, log } = fakeSwarm();
    const next = new NextTrack(swarm);
    next.expect('b');
    next.tell(20);
    next.expect('c');
    next.expect('c');
    await settled();
    expect(log).toEqual(['prepare b', 'open b', 'prepare c', 'close b']);
    next.expect(null);
    next.tell(5);
    expect(log.length).toBe(4);
  });

  it('is asked for only once when that fails, and is then opened by its play', async () => {
    const { swarm, log, fail } = fakeSwarm();
    fail(true);
    const next = new NextTrack(swarm);
    next.expect('b');
    next.tell(20);
    await settled();
    next.tell(19);
    expect(log).toEqual(['prepare b', 'open b']);
    expect(next.take('b')).toBeNull();
  });
});
