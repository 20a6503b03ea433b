import { expect, it } from 'vitest';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { keepLogShort, LOOK_EVERY_MS, MAX_LOG_BYTES } from './checkpoints';

const settled = () => new Promise(setImmediate);

it('makes a checkpoint once the log is long, and none when closed', async () => {
  const clock = new HandClock();
  const made: number[] = [];
  let bytes = MAX_LOG_BYTES;
  const loop = keepLogShort(
    {
      logBytes: async () => bytes,
      async checkpoint() {
        made.push(bytes);
        bytes = 0;
      },
    },
    clock,
  );
  await settled();
  expect(made).toEqual([]);
  bytes = MAX_LOG_BYTES + 1;
  clock.pass(LOOK_EVERY_MS - 1);
  await settled();
  expect(made).toEqual([]);
  clock.pass(1);
  await settled();
  expect(made).toEqual([MAX_LOG_BYTES + 1]);
  bytes = MAX_LOG_BYTES + 1;
  await loop.close();
  clock.pass(LOOK_EVERY_MS);
  await settled();
  expect(made).toHaveLength(1);
});
