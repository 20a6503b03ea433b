import { expect, it } from 'vitest';
import { onPageRequest, waitForPages } from './page-requests';

/** A page whose server answers with this status. */
function pageOf(status: number) {
  const page = { fetch: async () => new Response(null, { status }) };
  waitForPages(page);
  return page as { fetch: typeof fetch };
}
const router = { headers: { rsc: '1' } };

it.each([502, 503, 504])('takes a status of %d for a server that is away', async (status) => {
  await expect(pageOf(status).fetch('/albums', router)).rejects.toThrow(TypeError);
  await expect(pageOf(status).fetch('/albums', { headers: new Headers(router.headers) })).rejects.toThrow(TypeError);
});

it.each([200, 404, 500])('leaves a status of %d to the router', async (status) => {
  expect((await pageOf(status).fetch('/albums', router)).status).toBe(status);
});

it('leaves every other request alone', async () => {
  expect((await pageOf(503).fetch('/api/me')).status).toBe(503);
});

it('tells which page is asked for to be shown', async () => {
  const asked: string[] = [];
  const stop = onPageRequest((path) => asked.push(path));
  const page = pageOf(200);
  await page.fetch('http://localhost/albums/a?_rsc=1', router);
  await page.fetch(new URL('http://localhost/artists/b'), router);
  await page.fetch('/history', { headers: { ...router.headers, 'next-router-prefetch': '1' } });
  await page.fetch('/history', { headers: { ...router.headers, 'next-router-segment-prefetch': '/_tree' } });
  await page.fetch('/history', { ...router, method: 'HEAD' });
  await page.fetch('/api/me');
  stop();
  await page.fetch('/history', router);
  expect(asked).toEqual(['/albums/a', '/artists/b']);
});
