import { describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { report as reportSchema } from '@/lib/contracts/signaling';
import { Changes } from '@/lib/util/changes';
import { Meter, RateEstimate } from '@/lib/util/meters';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { PeerStats } from './peer-stats';

const state = { mode: 'considerate', playing: false, trackId: null } as const;
const hint = (bufferedS: number, playing = true, timeS = 0) => ({ playing, timeS, bufferedS });

describe('a meter', () => {
  it('tells bytes a second of the last three seconds, and the sum of all', () => {
    const meter = new Meter();
    for (let now = 0; now < 10_000; now += 100) meter.add(100, now);
    expect(meter.rate(10_000)).toBeGreaterThan(900);
    expect(meter.rate(10_000)).toBeLessThan(1100);
    expect(meter.rate(20_000)).toBe(0);
    expect(meter.total).toBe(10_000);
  });
});

describe('the rate of a peer', () => {
  it('is what it delivers while it is asked: queueing behind one another does not count twice', () => {
    const rate = new RateEstimate();
    expect(rate.bps).toBeNull();
    for (const now of [100, 200, 300]) rate.delivered(10_000, 0, now);
    expect(rate.bps).toBeCloseTo(100_000);
    rate.delivered(10_000, 60_000, 60_100);
    expect(rate.bps).toBeCloseTo(100_000);
    rate.gaveUp(0, 60_100, 70_100);
    expect(rate.bps).toBeCloseTo(70_000);
  });
});

describe('a report', () => {
  it('tells what happened since the last, and is not made when nothing did', () => {
    const stats = new PeerStats();
    const [peer, versionId] = [newId(), newId()];
    expect(stats.report(state)).not.toBeNull();
    expect(stats.report(state)).toBeNull();
    stats.peer.add(100, 0);
    stats.countLink(peer, 5, 100, 0);
    stats.countLink(peer, 6, 0, 0);
    stats.blame(peer, versionId, 3);
    const report = stats.report(state);
    expect(reportSchema.parse(report)).toEqual({
      ...state,
      bytes: { cache: 0, peer: 100, origin: 0, uploaded: 11 },
      links: [{ peer, sent: 11, received: 100 }],
      stalls: 0,
      blamed: [{ peer, version: versionId, chunk: 3 }],
    });
    expect(stats.report(state)).toBeNull();
    expect(stats.report({ ...state, playing: true })?.bytes.peer).toBe(0);
  });

  it('stays within its limits whatever happened', () => {
    const stats = new PeerStats();
    for (let i = 0; i < 200; i++) {
      stats.countLink(newId(), 1, 1, 0);
      stats.blame(newId(), newId(), 0);
    }
    expect(reportSchema.safeParse(stats.report(state)).success).toBe(true);
  });

  it('counts a stall when the buffer of a track that plays runs empty, once, and no start, pause or jump', () => {
    const stats = new PeerStats();
    stats.report(state);
    for (const bufferedS of [0, 0, 4, 0, 0, 5]) stats.hint(hint(bufferedS), 0);
    stats.hint(hint(0, false), 0);
    stats.hint(hint(0), 0);
    stats.hint(hint(4), 0);
    stats.hint(hint(0, true, 100), 0);
    stats.hint(hint(4, true, 100), 0);
    stats.interrupted();
    stats.hint(hint(0), 0);
    expect(stats.report(state)?.stalls).toBe(1);
  });
});

describe('changes', () => {
  it('are told four times a second at most, and for as long as something changes by itself', () => {
    const clock = new HandClock();
    let moving = 3;
    let told = 0;
    const changes = new Changes(
      clock,
      () => moving-- > 0,
      () => {},
    );
    const stop = changes.subscribe(() => told++);
    for (let i = 0; i < 50; i++) changes.touch();
    clock.pass(240);
    expect(told).toBe(0);
    clock.pass(10);
    expect(told).toBe(1);
    clock.pass(5000);
    expect(told).toBe(4);
    stop();
    changes.touch();
    clock.pass(5000);
    expect(told).toBe(4);
  });
});
