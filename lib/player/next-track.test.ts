import { describe, expect, it } from 'vitest';
import type { OpenAsset } from '@/lib/swarm/api';
import { NextTrack } from './next-track';

function harness({ fails = false } = {}) {
  const log: string[] = [];
  const asset = {} as OpenAsset;
  const next = new NextTrack({
    expectNext: (trackId, inS) => log.push(`${trackId} in ${inS}`),
    async open(trackId, _signal, atS) {
      log.push(`open ${trackId} at ${atS}`);
      if (fails) throw new Error('away');
      return asset;
    },
  });
  return { next, log, asset };
}

describe('the next track', () => {
  it('is told to the swarm as time passes, and taken once', async () => {
    const { next, log, asset } = harness();
    next.expect('b', 60);
    next.expect('b', 50);
    next.tell(29.5);
    next.tell(-0.1);
    expect(log).toEqual(['b in 60', 'b in 29.5', 'b in 0']);
    expect(next.take('other', 0)).toBeNull();
    expect(await next.take('b', 0)).toBe(asset);
    expect(next.take('b', 0)).toBeNull();
    next.tell(20);
    next.close();
    expect(log.slice(3)).toEqual(['open b at 0']);
  });

  it('is taken back when something else comes next, or nothing', () => {
    const { next, log } = harness();
    next.tell(20);
    next.expect('b', 20);
    next.expect('c', 19);
    next.expect(null, 18);
    next.close();
    expect(log).toEqual(['b in 20', 'c in 19', 'null in 18']);
  });

  it('fails for whoever took it, and for nobody else', async () => {
    const { next } = harness({ fails: true });
    next.expect('b', 20);
    await expect(next.take('b', 0)).rejects.toThrow('away');
  });
});
