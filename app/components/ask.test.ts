import { afterEach, expect, it, vi } from 'vitest';
import { gateway } from './ask';

afterEach(() => vi.unstubAllGlobals());

it('the first question waits for the contract, those after it leave at once', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    return Response.json({ status: 'ok', components: {} });
  });
  const first = gateway.health();
  expect(asked).toEqual([]);
  await first.catch(() => {});
  expect(asked).toEqual(['/api/health']);
  const second = gateway.search({ q: 'brisa', offset: 0, limit: 5 });
  expect(asked).toEqual(['/api/health', '/api/search?q=brisa&offset=0&limit=5']);
  await second.catch(() => {});
});
