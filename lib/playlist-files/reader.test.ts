import { afterAll, expect, it } from 'vitest';
import { openPlaylistReader } from './reader';

const reader = openPlaylistReader();
afterAll(() => reader.close());

it('reads one file of an account at a time, and lets others read beside it', async () => {
  let finish = () => {};
  const first = reader.forAccount('ada', () => new Promise<void>((resolve) => (finish = resolve)));
  const busy = { code: 'too_many_requests', retryAfterS: 2 };
  await expect(reader.forAccount('ada', async () => 'second')).rejects.toMatchObject(busy);
  await expect(reader.forAccount('bob', async () => 'other')).resolves.toBe('other');
  finish();
  await first;
  await expect(reader.forAccount('ada', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(reader.forAccount('ada', async () => 'third')).resolves.toBe('third');
});
