import { expect, it } from 'vitest';
import { notServing, type Serving } from './serve';

const idle: Serving = {
  mode: 'considerate',
  playing: false,
  bufferedS: 0,
  fetching: true,
  metered: false,
  cpuBusy: false,
};

it.each<[Partial<Serving>, ReturnType<typeof notServing>]>([
  [{}, null],
  [{ mode: 'off' }, 'off'],
  [{ metered: true }, 'metered'],
  [{ cpuBusy: true }, 'cpu_busy'],
  [{ cpuBusy: true, playing: true, bufferedS: 1 }, 'buffer_low'],
  [{ playing: true, bufferedS: 2.9 }, 'buffer_low'],
  [{ playing: true, bufferedS: 3 }, null],
  [{ playing: true, bufferedS: 1, fetching: false }, null],
  [{ mode: 'idle-only' }, null],
  [{ mode: 'idle-only', playing: true, bufferedS: 60, fetching: false }, 'playing'],
])('with %o: %s', (over, expected) => {
  expect(notServing({ ...idle, ...over }, 'prefetch')).toBe(expected);
});

it('a busy processor serves what others hear soon, and in danger of its own sound nothing', () => {
  for (const priority of ['urgent', 'stream'] as const) {
    expect(notServing({ ...idle, cpuBusy: true }, priority)).toBeNull();
    expect(notServing({ ...idle, cpuBusy: true, playing: true, bufferedS: 1 }, priority)).toBe('buffer_low');
  }
});
