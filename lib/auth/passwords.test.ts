import { expect, test } from 'vitest';
import { HashQueue } from './passwords';

const stranger = (address: string) => ({ address, isKnown: false });
const owner = { address: '192.0.2.1', isKnown: true };
const busy = expect.objectContaining({ code: 'unavailable', retryAfterS: 2 });

/** Work that ends when it is told to, and notes its name when it begins. */
function works() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.push(() => resolve(name));
    });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { begun, work, endNext };
}

test('does so many at once, the others in turn, and gives what they give', async () => {
  const queue = new HashQueue({ atOnce: 2 });
  const { begun, work, endNext } = works();
  const results = ['a', 'b', 'c', 'd'].map((name) => queue.run(stranger(name), work(name)));
  expect(begun).toEqual(['a', 'b']);
  await endNext();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (let n = 0; n < 3; n++) await endNext();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

test('refuses at once when too many wait, and takes more when there is room again', async () => {
  const queue = new HashQueue({ atOnce: 1, maxWaiting: 2 });
  const { work, endNext } = works();
  const taken = ['a', 'b', 'c'].map((name) => queue.run(stranger(name), work(name)));
  await expect(queue.run(stranger('d'), work('d'))).rejects.toEqual(busy);
  await endNext();
  taken.push(queue.run(stranger('e'), work('e')));
  for (let n = 0; n < 3; n++) await endNext();
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'e']);
});

test('one address cannot take every place', async () => {
  const queue = new HashQueue({ atOnce: 1, maxWaiting: 4, maxWaitingPerAddress: 2 });
  const { work, endNext } = works();
  const taken = ['a', 'b', 'c'].map((name) => queue.run(stranger('flood'), work(name)));
  await expect(queue.run(stranger('flood'), work('d'))).rejects.toEqual(busy);
  taken.push(queue.run(stranger('other'), work('e')));
  for (let n = 0; n < 4; n++) await endNext();
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'e']);
});

test('who is known goes first, also past a queue full of strangers', async () => {
  const queue = new HashQueue({ atOnce: 1, maxWaiting: 2 });
  const { begun, work, endNext } = works();
  const taken = ['a', 'b', 'c'].map((name) => queue.run(stranger(name), work(name)));
  taken.push(queue.run(owner, work('owner')));
  for (let n = 0; n < 4; n++) await endNext();
  await Promise.all(taken);
  expect(begun).toEqual(['a', 'owner', 'b', 'c']);
});

test('work that fails gives its place to the next', async () => {
  const queue = new HashQueue({ atOnce: 1 });
  const failed = queue.run(stranger('a'), () => Promise.reject(new Error('no')));
  const next = queue.run(stranger('b'), async () => 'done');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('done');
});
