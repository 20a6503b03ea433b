import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { orAborted, within } from './abort';

it('a failure after the abort is no unhandled one', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const late = Promise.reject(new Error('late'));
    await expect(orAborted(late, AbortSignal.abort(new Error('aborted')))).rejects.toThrow('aborted');
    // Node tells of unhandled ones after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('a timeout that nobody else holds outlives the garbage collector', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const never = new AbortController();
  const over = new Promise<unknown>((resolve) => {
    const signal = within(200, never.signal);
    signal.addEventListener('abort', () => resolve(signal.reason));
  });
  // Weak references hold until the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(await over).toMatchObject({ name: 'TimeoutError' });
});
