import { expect, it } from 'vitest';
import { BackgroundLoop } from './background-loop';
import { HandClock } from './testing/hand-clock';

const EVERY_MS = 10_000;
const RETRY_MS = 1_000;

/** A loop whose passes end when the test says how. */
function loopOfPasses() {
  const clock = new HandClock();
  const passes: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  const pass = () => new Promise<void>((resolve, reject) => passes.push({ resolve, reject }));
  const onFailure = (error: unknown) => failures.push(error);
  const loop = new BackgroundLoop({ pass, everyMs: EVERY_MS, retryMs: RETRY_MS, onFailure, clock });
  const settled = () => new Promise(setImmediate);
  return {
    clock,
    loop,
    failures,
    begun: () => passes.length,
    async succeed() {
      passes.at(-1)?.resolve();
      await settled();
    },
    async fail(error: unknown = new Error('away')) {
      passes.at(-1)?.reject(error);
      await settled();
    },
  };
}

it('sleeps until it is woken or a pass is due', async () => {
  const { clock, loop, begun, succeed } = loopOfPasses();
  clock.pass(EVERY_MS);
  expect(begun()).toBe(0);
  loop.wake();
  expect(begun()).toBe(1);
  await succeed();
  clock.pass(EVERY_MS - 1);
  expect(begun()).toBe(1);
  clock.pass(1);
  expect(begun()).toBe(2);
  await succeed();
  loop.wake();
  expect(begun()).toBe(3);
  await succeed();
  // The wake replaced the timer: there is one, not two.
  clock.pass(EVERY_MS);
  expect(begun()).toBe(4);
});

it('runs one pass at a time, and once more however often it was woken meanwhile', async () => {
  const { loop, begun, succeed } = loopOfPasses();
  for (let i = 0; i < 5; i++) loop.wake();
  expect(begun()).toBe(1);
  await succeed();
  expect(begun()).toBe(2);
  await succeed();
  expect(begun()).toBe(2);
});

it('waits after a failure, whoever wakes it, and tells of an outage once', async () => {
  const { clock, loop, begun, fail, succeed, failures } = loopOfPasses();
  loop.wake();
  loop.wake();
  await fail('first');
  loop.wake();
  clock.pass(RETRY_MS - 1);
  expect(begun()).toBe(1);
  clock.pass(1);
  expect(begun()).toBe(2);
  await fail('second');
  clock.pass(RETRY_MS);
  expect(failures).toEqual(['first']);
  await succeed();
  loop.wake();
  expect(begun()).toBe(4);
  await fail('third');
  expect(failures).toEqual(['first', 'third']);
});

it('ends the pass that runs before it closes, and begins no other', async () => {
  const { clock, loop, begun, succeed } = loopOfPasses();
  loop.wake();
  loop.wake();
  let closed = false;
  const closing = loop.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  expect(loop.isClosed).toBe(true);
  await succeed();
  await closing;
  loop.wake();
  clock.pass(EVERY_MS);
  expect(begun()).toBe(1);
});

it('does not tell of what its closing broke', async () => {
  const { loop, fail, failures } = loopOfPasses();
  loop.wake();
  const closing = loop.close();
  await fail();
  await closing;
  expect(failures).toEqual([]);
});
