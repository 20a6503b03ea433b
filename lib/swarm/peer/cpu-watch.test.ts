import { expect, it, vi } from 'vitest';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { watchCpu } from './cpu-watch';

/** A clock whose timers come late, as they do when the event loop is full. */
class LateClock extends HandClock {
  lateMs = 0;
  override after(ms: number, fn: () => void): () => void {
    return super.after(ms + this.lateMs, fn);
  }
}

it('hears of a full event loop by timers that come late, and of its end', () => {
  const clock = new LateClock();
  const changed = vi.fn();
  const watch = watchCpu(clock, changed, null, () => false);
  clock.pass(10_000);
  expect(watch.isBusy()).toBe(false);
  clock.lateMs = 200;
  clock.pass(10_000);
  expect(watch.isBusy()).toBe(true);
  clock.lateMs = 0;
  clock.pass(20_000);
  expect(watch.isBusy()).toBe(false);
  expect(changed).toHaveBeenCalledTimes(2);
  watch.close();
});

it('does not take the slow timers of a hidden page for a busy one', () => {
  const clock = new LateClock();
  clock.lateMs = 60_000;
  const watch = watchCpu(
    clock,
    () => {},
    null,
    () => true,
  );
  clock.pass(600_000);
  expect(watch.isBusy()).toBe(false);
});

it('believes the browser where it tells', () => {
  const clock = new HandClock();
  let tell: (records: { state: 'nominal' | 'fair' | 'serious' | 'critical' }[]) => void = () => {};
  const disconnect = vi.fn();
  class Pressure {
    constructor(callback: typeof tell) {
      tell = callback;
    }
    observe = async () => {};
    disconnect = disconnect;
  }
  const watch = watchCpu(
    clock,
    () => {},
    Pressure,
    () => false,
  );
  tell([{ state: 'critical' }]);
  clock.pass(8000);
  expect(watch.isBusy()).toBe(true);
  tell([{ state: 'nominal' }]);
  clock.pass(15_000);
  expect(watch.isBusy()).toBe(false);
  watch.close();
  expect(disconnect).toHaveBeenCalled();
});
