import { describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { PlayEvent } from '@/lib/player/api';
import { makePlayReports } from './play-reports';

const started = (playId: string): PlayEvent => ({ type: 'started', trackId: 't', playId, positionS: 0 });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function harness() {
  const sent: string[] = [];
  const ages: number[] = [];
  const clock = { ms: 0 };
  const timers: { run: () => void; ms: number }[] = [];
  const server = { failWith: null as Error | null };
  const reports = makePlayReports(
    async (event) => {
      if (server.failWith !== null) throw server.failWith;
      sent.push(event.playId);
      ages.push(event.agoS);
    },
    (run, ms) => timers.push({ run, ms }),
    () => clock.ms,
  );
  return { sent, ages, clock, timers, server, reports };
}

describe('play reports', () => {
  it('sends in order', async () => {
    const { sent, reports } = harness();
    for (const id of ['a', 'b', 'c']) reports.add(started(id));
    await settled();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('keeps what the server could not hear, waits longer each time, and loses nothing', async () => {
    const { sent, timers, server, reports } = harness();
    server.failWith = new EnxameError('unavailable', 'away');
    reports.add(started('a'));
    await settled();
    reports.add(started('b'));
    timers[0]?.run();
    await settled();
    expect(timers.map((timer) => timer.ms)).toEqual([2000, 4000]);
    server.failWith = null;
    reports.retry();
    await settled();
    expect(sent).toEqual(['a', 'b']);
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
    const { sent, server, reports } = harness();
    server.failWith = new EnxameError('unavailable', 'away');
    for (let i = 0; i < 150; i += 1) reports.add(started(String(i)));
    await settled();
    server.failWith = null;
    reports.retry();
    await settled();
    expect(sent).toHaveLength(100);
    expect(sent[0]).toBe('50');
    expect(sent.at(-1)).toBe('149');
  });
});
