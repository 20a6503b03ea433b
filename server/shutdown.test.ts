import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ShutdownManager } from './shutdown';

const log = pino({ level: 'silent' });

test('closes in reverse order, once, told first, and past a part that fails', async () => {
  const closed: string[] = [];
  const shutdown = new ShutdownManager(log);
  shutdown.add('database', 'database', async (name) => closed.push(name));
  shutdown.add('broken', 'broken', () => Promise.reject(new Error('no')));
  shutdown.add('http', 'http', async (name) => closed.push(`${name} ${shutdown.isStopping}`));
  expect(shutdown.isStopping).toBe(false);
  expect(await Promise.all([shutdown.stop(), shutdown.stop()])).toEqual([true, true]);
  expect(closed).toEqual(['http true', 'database']);
});

test('a part that hangs does not hold the process for ever', async () => {
  const shutdown = new ShutdownManager(log, 10);
  shutdown.add('hanging', null, () => new Promise(() => {}));
  expect(await shutdown.stop()).toBe(false);
});
