import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Stopper } from './stopper';

const log = pino({ level: 'silent' });

test('closes in reverse order, once, told first, and past a part that fails', async () => {
  const closed: string[] = [];
  const stopper = new Stopper(log);
  stopper.add('database', 'database', async (name) => closed.push(name));
  stopper.add('broken', 'broken', () => Promise.reject(new Error('no')));
  stopper.add('http', 'http', async (name) => closed.push(`${name} ${stopper.isStopping}`));
  expect(stopper.isStopping).toBe(false);
  expect(await Promise.all([stopper.stop(), stopper.stop()])).toEqual([true, true]);
  expect(closed).toEqual(['http true', 'database']);
});

test('a part that hangs does not hold the process for ever', async () => {
  const stopper = new Stopper(log, 10);
  stopper.add('hanging', null, () => new Promise(() => {}));
  expect(await stopper.stop()).toBe(false);
});
