import { expect, it } from 'vitest';
import { orAborted } from './waits';

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
