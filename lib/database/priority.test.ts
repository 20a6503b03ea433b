import { beforeEach, expect, it } from 'vitest';
import { type Priority, PriorityGate } from './priority';

let order: string[];
let gate: PriorityGate;
/** Ends the pause before a background job. */
let goOn: (() => void) | null;
beforeEach(() => {
  order = [];
  goOn = null;
  gate = new PriorityGate(async () => {});
});

const job = (priority: Priority, name: string) =>
  gate.run(priority, async () => {
    order.push(name);
    await Promise.resolve();
  });

it('a listener goes ahead of background jobs that wait, each kind in its own order', async () => {
  await Promise.all([
    job('background', 'batch 1'),
    job('background', 'batch 2'),
    job('background', 'batch 3'),
    job('listener', 'search 1'),
    job('listener', 'search 2'),
  ]);
  expect(order).toEqual(['search 1', 'search 2', 'batch 1', 'batch 2', 'batch 3']);
});

it('what a press of play waits for goes ahead of everything', async () => {
  await Promise.all([
    job('background', 'batch'),
    job('listener', 'search 1'),
    job('listener', 'search 2'),
    job('playback', 'grant 1'),
    job('playback', 'grant 2'),
  ]);
  expect(order).toEqual(['grant 1', 'grant 2', 'search 1', 'search 2', 'batch']);
});

it('a job that runs is not interrupted, and one at a time runs', async () => {
  let end = () => {};
  const long = gate.run('background', async () => {
    order.push('batch begins');
    await new Promise<void>((resolve) => (end = resolve));
    order.push('batch ends');
  });
  await new Promise(setImmediate);
  const rest = [job('background', 'next batch'), job('listener', 'search')];
  await new Promise(setImmediate);
  expect(order).toEqual(['batch begins']);
  end();
  await Promise.all([long, ...rest]);
  expect(order).toEqual(['batch begins', 'batch ends', 'search', 'next batch']);
});

it('whoever asks during the pause before a background job goes ahead of it', async () => {
  gate = new PriorityGate(() => new Promise((resolve) => (goOn = resolve)));
  const batch = job('background', 'batch');
  const search = job('listener', 'search');
  goOn?.();
  await search;
  expect(order).toEqual(['search']);
  await new Promise(setImmediate);
  goOn?.();
  await batch;
  expect(order).toEqual(['search', 'batch']);
});

it('a background job gets its turn at last, however many listeners ask', async () => {
  const listeners = Array.from({ length: 200 }, (_, i) => job('listener', `${i}`));
  await Promise.all([job('background', 'batch'), ...listeners]);
  expect(order.indexOf('batch')).toBe(51);
  expect(order).toHaveLength(201);
});

it('nor do presses of play keep anybody waiting for ever', async () => {
  const presses = Array.from({ length: 200 }, (_, i) => job('playback', `${i}`));
  await Promise.all([job('background', 'batch'), job('listener', 'search'), ...presses]);
  const [search, batch] = [order.indexOf('search'), order.indexOf('batch')];
  expect(search).toBeLessThanOrEqual(52);
  expect(batch).toBeLessThanOrEqual(52);
  expect(order).toHaveLength(202);
});

it('a job that fails frees the way', async () => {
  const failing = gate.run('listener', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  await job('background', 'batch');
  expect(order).toEqual(['batch']);
});
