/** Playlists of two listeners, each with a browser of their own: shared, changed by both, taken back, in and out of files. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_MUSIC, type ImportStatus, type Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import { closeBrowser, launchChromium } from '../support/browser';
import { cookiesOf } from '../support/gateway';
import { openListener } from '../support/listener';
import { type Product, startProduct, until } from '../support/product';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUI = { name: 'Rui', email: 'rui@example.org', password: 'a long pass phrase' };
const SHOTS = process.env.SHOTS;

let product: Product;
let folder: string;
let tracks: Track[];
let browsers: Browser[];
/** Ada's page, and Rui's. */
let ada: Page;
let rui: Page;
let playlistId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-playlists-'));
  product = await startProduct();
  await product.api('POST', '/api/imports', { folder: DEMO_MUSIC });
  tracks = await until('the music', async () => {
    const { imports } = await product.api<{ imports: ImportStatus[] }>('GET', '/api/imports');
    if (imports[0]?.state !== 'done') return null;
    const { albums } = await product.api<{ albums: { id: string }[] }>('GET', '/api/albums');
    return (await product.api<{ tracks: Track[] }>('GET', `/api/albums/${albums[0]?.id}`)).tracks;
  });
  await product.api('POST', '/api/people', { ...RUI, role: 'listener' });
  const response = await fetch(`${product.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: product.url, 'content-type': 'application/json' },
    body: JSON.stringify(RUI),
  });
  const cookie = cookiesOf(response);
  playlistId = newId();
  const trackIds = tracks.slice(0, 3).map(({ id }) => id);
  await product.api('POST', '/api/playlists', { playlistId, name: 'Tarde', trackIds });
  await until('the playlist', () => product.api('GET', `/api/playlists/${playlistId}`).catch(() => null));
  browsers = [await launchChromium(), await launchChromium()];
  const [one, two] = browsers;
  if (one === undefined || two === undefined) throw new Error('no browsers');
  ada = (await openListener(one, product, `/playlists/${playlistId}`)).page;
  rui = (await openListener(two, { ...product, cookie: () => cookie }, '/playlists')).page;
  for (const page of [ada, rui]) {
    await page.setViewport({ width: 1280, height: 900 });
    await press(page, 'Fine with me');
  }
});
afterAll(async () => {
  await Promise.all((browsers ?? []).map(closeBrowser));
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

const press = async (page: Page, name: string, role = 'button') => {
  const found = await page.waitForSelector(`aria/${name}[role="${role}"]`, { timeout: 20_000 });
  await found?.click();
};
const titles = (page: Page) =>
  page.$$eval('li[data-row] p.font-medium span.truncate', (spans) => spans.map((span) => span.textContent ?? ''));
const shows = (page: Page, expected: readonly string[]) =>
  until(
    () => `"${expected.join(', ')}"`,
    async () => JSON.stringify(await titles(page).catch(() => [])) === JSON.stringify(expected),
  );
const text = (page: Page, wanted: string) =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen, and not what the page's scripts carry
  until(`"${wanted}" on the page`, () => page.evaluate((said) => document.body.innerText.includes(said), wanted));
const title = (n: number) => tracks[n]?.title ?? '';

describe('a playlist', () => {
  it('is moved with the keyboard and by dragging, and taken back', async () => {
    await shows(ada, [title(0), title(1), title(2)]);
    const handle = (n: number) =>
      ada.waitForSelector(`aria/Move ${title(n)}. With the arrow keys, up and down.[role="button"]`);
    await (await handle(2))?.focus();
    await ada.keyboard.press('ArrowUp');
    await shows(ada, [title(0), title(2), title(1)]);
    await text(ada, 'Moved');
    await press(ada, 'Undo');
    await shows(ada, [title(0), title(1), title(2)]);
    await text(ada, 'Taken back');

    const from = await (await handle(0))?.boundingBox();
    const to = await (await handle(2))?.boundingBox();
    if (!from || !to) throw new Error('no handles');
    await ada.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await ada.mouse.down();
    await ada.mouse.move(to.x + to.width / 2, to.y + to.height, { steps: 8 });
    await ada.mouse.up();
    await shows(ada, [title(1), title(2), title(0)]);
    await until('the server to have it so', async () => {
      const page = await product.api<{ entries: { trackId: string }[] }>('GET', `/api/playlists/${playlistId}`);
      return page.entries[2]?.trackId === tracks[0]?.id;
    });
  });

  it('is shared with a listener by their address, who changes it; both see both', async () => {
    await press(ada, 'Share');
    await press(ada, 'Listeners you choose They see it, and may add, remove, move and rename.', 'radio');
    await (await ada.waitForSelector('input[type="email"]'))?.type(RUI.email);
    await press(ada, 'Add');
    await press(ada, 'Save');
    await text(rui, 'by Ada');
    await rui.click(`a[href="/playlists/${playlistId}"]`);
    await shows(rui, [title(1), title(2), title(0)]);
    expect(await rui.$('aria/Share[role="button"]')).toBeNull();

    await press(rui, 'More about this playlist');
    await press(rui, 'Name and description', 'menuitem');
    const field = await rui.waitForSelector('input[name="name"]');
    await field?.click({ count: 3 });
    await field?.type('Tarde de dois');
    await press(rui, 'Save');
    await text(ada, 'Tarde de dois');

    await until('the dialog to be gone', async () => (await rui.$('[role="dialog"]')) === null);
    await press(rui, `More for ${title(2)}`);
    await press(rui, 'Remove from this playlist', 'menuitem');
    await shows(rui, [title(1), title(0)]);
    await shows(ada, [title(1), title(0)]);

    await press(ada, 'More about this playlist');
    await press(ada, 'Changes', 'menuitem');
    await text(ada, 'Rui removed tracks');
    if (SHOTS) await ada.screenshot({ path: join(SHOTS, 'changes.png') });
    // The newest change's, and not a notice's.
    await (await ada.waitForSelector('[role="dialog"] ::-p-aria(Undo)'))?.click();
    await text(ada, 'Taken back');
    await ada.keyboard.press('Escape');
    await shows(ada, [title(1), title(2), title(0)]);
    await shows(rui, [title(1), title(2), title(0)]);
  });

  it('comes from a file, which says what is not here', async () => {
    const file = join(folder, 'outra.m3u8');
    await writeFile(
      file,
      `#EXTM3U\n#EXTINF:1,${tracks[0]?.artist} - ${title(0)}\na.mp3\n#EXTINF:1,Nobody - Never heard\nb.mp3\n`,
    );
    await ada.goto(`${product.url}/playlists`);
    const input = await ada.waitForSelector('input[type="file"]');
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
    await text(ada, 'Never heard');
    await press(ada, 'Close');
    await shows(ada, [title(0)]);
  });

  it('is deleted, and comes back', async () => {
    await ada.goto(`${product.url}/playlists/${playlistId}`);
    await press(ada, 'More about this playlist');
    await press(ada, 'Delete playlist', 'menuitem');
    await press(ada, 'Delete');
    await text(ada, 'Playlist deleted');
    await press(ada, 'Undo');
    await until('it to be listed again', () => ada.$(`a[href="/playlists/${playlistId}"]`));
  });

  it.each([360, 1280])('is accessible at %i pixels, in both themes', async (width) => {
    await ada.setViewport({ width, height: 800 });
    for (const theme of ['light', 'dark']) {
      await ada.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
      for (const path of [`/playlists/${playlistId}`, '/playlists', '/admin/services']) {
        await ada.goto(product.url + path, { waitUntil: 'networkidle0' });
        await ada.evaluate(AXE);
        const broken = await ada.evaluate(
          'axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target).join(" | ")))',
        );
        expect({ path, theme, broken }).toEqual({ path, theme, broken: [] });
        if (SHOTS)
          await ada.screenshot({
            path: join(SHOTS, `${path.split('/')[1]}-${path.split('/').length}-${width}-${theme}.png`),
          });
      }
    }
  });
});
