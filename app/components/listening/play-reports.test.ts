import { describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { PlayEvent } from '@/lib/player/api';
import { type KeptPlay, makePlayReports } from './play-reports';

const started = (playId: string): PlayEvent => ({ type: 'started', trackId: 't', playId, positionS: 0 });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function harness(earlier: KeptPlay[] = []) {
  const sent: string[] = [];
  const ages: number[] = [];
  const clock = { ms: 0 };
  const timers: { run: () => void; ms: number }[] = [];
  const server = { failWith: null as Error | null };
  const kept = { plays: earlier as readonly KeptPlay[] };
  const reports = makePlayReports({
    send: async (event) => {
      if (server.failWith !== null) throw server.failWith;
      sent.push(event.playId);
      ages.push(event.agoS);
    },
    store: {
      take: () => [...earlier],
      keep(plays) {
        kept.plays = plays;
      },
    },
    schedule: (run, ms) => timers.push({ run, ms }),
    now: () => clock.ms,
  });
  const keptIds = () => kept.plays.map(({ event }) => event.playId);
  return { sent, ages, clock, timers, server, reports, keptIds };
}

describe('play reports', () => {
  it('sends in order', async () => {
    const { sent, reports, keptIds } = harness();
    for (const id of ['a', 'b', 'c']) reports.add(started(id));
    await settled();
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(keptIds()).toEqual([]);
  });

  it('keeps what the server could not hear, waits longer each time, and loses nothing', async () => {
    const { sent, timers, server, reports, keptIds } = harness();
    server.failWith = new EnxameError('unavailable', 'away');
    reports.add(started('a'));
    await settled();
    reports.add(started('b'));
    timers[0]?.run();
    await settled();
    expect(timers.map((timer) => timer.ms)).toEqual([2000, 4000]);
    expect(keptIds()).toEqual(['a', 'b']);
    server.failWith = null;
    reports.retry();
    await settled();
    expect(sent).toEqual(['a', 'b']);
    expect(keptIds()).toEqual([]);
  });

  it('says how long ago each happened, a day at most', async () => {
    const { ages, clock, server, reports } = harness();
    server.failWith = new EnxameError('unavailable', 'away');
    reports.add(started('a'));
    await settled();
    clock.ms = 90_000_000;
    reports.add(started('b'));
    clock.ms += 30_000;
    server.failWith = null;
    reports.retry();
    await settled();
    expect(ages).toEqual([86_400, 30]);
  });

  it('drops what is refused and goes on', async () => {
    const { sent, timers, server, reports } = harness();
    server.failWith = new EnxameError('invalid_request', 'no');
    reports.add(started('a'));
    await settled();
    server.failWith = null;
    reports.add(started('b'));
    await settled();
    expect(sent).toEqual(['b']);
    expect(timers).toEqual([]);
  });

  it('is bounded: the oldest goes first', async () => {
    const { sent, server, reports, keptIds } = harness();
    server.failWith = new EnxameError('unavailable', 'away');
    for (let i = 0; i < 150; i += 1) reports.add(started(String(i)));
    await settled();
    expect(keptIds()).toHaveLength(100);
    server.failWith = null;
    reports.retry();
    await settled();
    expect(sent).toHaveLength(100);
    expect(sent[0]).toBe('50');
    expect(sent.at(-1)).toBe('149');
  });

  it('sends nothing while it is held, also what was added in the same turn, nor when a retry is due or the network is back', async () => {
    const { sent, timers, server, reports } = harness();
    reports.add(started('a'));
    reports.hold(true);
    await settled();
    expect(sent).toEqual([]);
    reports.retry();
    await settled();
    expect(sent).toEqual([]);
    server.failWith = new EnxameError('unavailable', 'away');
    reports.hold(false);
    await settled();
    server.failWith = null;
    reports.hold(true);
    timers[0]?.run();
    await settled();
    expect(sent).toEqual([]);
    reports.hold(false);
    await settled();
    expect(sent).toEqual(['a']);
  });

  it('sends all at once when the page may be gone, and what was refused then stays kept', async () => {
    const { sent, server, reports, keptIds } = harness();
    reports.hold(true);
    for (const id of ['a', 'b']) reports.add(started(id));
    reports.flush();
    expect(sent).toEqual(['a', 'b']);
    await settled();
    expect(keptIds()).toEqual([]);
    server.failWith = new EnxameError('unavailable', 'away');
    reports.add(started('c'));
    reports.flush();
    await settled();
    expect(keptIds()).toEqual(['c']);
    server.failWith = null;
    reports.hold(false);
    await settled();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('sends what an earlier page could not, the oldest first', async () => {
    const { sent, ages, keptIds } = harness([
      { event: started('b'), at: -2000 },
      { event: started('a'), at: -5000 },
    ]);
    expect(keptIds()).toEqual(['a', 'b']);
    await settled();
    expect(sent).toEqual(['a', 'b']);
    expect(ages).toEqual([5, 2]);
    expect(keptIds()).toEqual([]);
  });
});
