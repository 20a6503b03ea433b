/** The pages of a listener's own numbers, and what the player tells of a play, in a real browser. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Forwarding, ListeningStats, Play } from '@/lib/contracts/history';
import { newId } from '@/lib/contracts/ids';
import { closeBrowser, launchChromium } from '@/tests/support/browser';
import { type FakeListenBrainz, startListenBrainz } from '@/tests/support/listenbrainz';
import { openListener, trackByTitle } from '@/tests/support/listener';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { type Product, startProduct, until } from '@/tests/support/product';

const WIDTHS = [360, 1280];
/** Set to a folder: what the pages look like is kept there. */
const SHOTS = process.env.SHOTS_DIR;
const TITLES = ['Brisa', 'Rajada', 'Vendaval', 'Calmaria'];

let other: FakeListenBrainz;
let product: Product;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
let chromium: Browser;
beforeAll(async () => {
  other = await startListenBrainz();
  other.users.set('a-token-of-ada', 'ada_there');
  music = await makeTempFolder();
  for (const [i, title] of TITLES.entries()) {
    const tags = { artist: i < 2 ? 'Vento' : 'Mar', album: i === 0 ? 'Ar' : 'Sal', title };
    await makeMusic(music.folder, { format: 'mp3', name: title, seconds: 60, tags });
  }
  product = await startProduct({ MUSIC_DIR: music.folder, LISTENBRAINZ_URL: other.url });
});
afterAll(async () => {
  await product?.stop();
  await music?.remove();
  await other?.stop();
});
beforeEach(async () => {
  chromium = await launchChromium(['--lang=en-US']);
});
afterEach(() => closeBrowser(chromium));

const plays = async () => (await product.api<{ plays: Play[] }>('GET', '/api/history')).plays;
const press = async (page: Page, name: string, role = 'button') => {
  const found = await page.waitForSelector(`aria/${name}[role="${role}"]`, { timeout: 20_000 });
  await found?.click();
};

/** Plays of the last month, told late as a page would that was out of reach. */
async function someDaysOfListening(): Promise<void> {
  for (const [i, title] of TITLES.entries()) {
    const { id } = await trackByTitle(product, title);
    for (let n = 0; n <= i; n += 1) {
      const told = { trackId: id, playId: newId(), positionS: 0 };
      const agoS = 60 + ((n * 5 + i * 3) % 23) * 3_600;
      await product.api('POST', '/api/plays', { type: 'started', ...told, agoS: agoS + 50 });
      const bytes = { cache: 300_000, peer: 900_000 + i * 100_000, origin: 200_000 };
      const end = { ...told, positionS: 60, listenedS: 50, durationS: 60, bytes, agoS };
      await product.api('POST', '/api/plays', { type: 'finished', ...end });
    }
  }
}

it('what was heard is told as it was: a pause and jumps left out', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const tab = await openListener(chromium, product);
  await tab.play('Brisa');
  await tab.soundAt(2);
  const player = `globalThis[Symbol.for('enxame.tab')].player`;
  await tab.page.evaluate(`${player}.seek(50)`);
  await tab.soundAt(51.5);
  await tab.page.evaluate(`${player}.pause()`);
  await until('paused', async () => (await tab.player()).status === 'paused');
  await tab.page.evaluate(`${player}.seek(10)`);
  await tab.page.evaluate(`${player}.play()`);
  await tab.soundAt(11, 20_000);
  const toldAt = Date.now();
  await tab.page.evaluate(`${player}.clear()`);
  const play = await until('the end', async () =>
    (await plays()).find(({ playId, state }) => !before.has(playId) && state === 'skipped'),
  );
  // Heard: 0 to 2, 50 to 51.5, 10 to 11; never what was jumped over, nor more than the time that went by.
  expect(play.listenedS).toBeGreaterThan(4);
  expect(play.listenedS).toBeLessThan((toldAt - play.startedAt) / 1000 + 1);
  expect(play.listenedS).toBeLessThan(30);
  expect(play.counted).toBe(false);
});

it('a repeat is a play of its own, and nothing is heard twice over', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const fresh = async () => (await plays()).filter(({ playId }) => !before.has(playId));
  const tab = await openListener(chromium, product);
  await tab.play('Vendaval');
  await tab.soundAt(1);
  const player = `globalThis[Symbol.for('enxame.tab')].player`;
  await tab.page.evaluate(`${player}.setRepeat('one')`);
  await tab.page.evaluate(`${player}.seek(58)`);
  await until('the repeat', async () => (await fresh()).length === 2);
  await tab.page.evaluate(`${player}.setRepeat('off')`);
  await tab.page.evaluate(`${player}.clear()`);
  const [second, first] = await until('both ends', async () => {
    const ended = (await fresh()).filter(({ state }) => state !== 'started');
    return ended.length === 2 ? ended : null;
  });
  expect([first?.state, second?.state]).toEqual(['finished', 'skipped']);
  const heard = (second?.startedAt ?? 0) - (first?.startedAt ?? 0);
  expect(first?.listenedS).toBeGreaterThan(2.5);
  expect(first?.listenedS).toBeLessThan(heard / 1000 + 1);
  expect(second?.listenedS).toBeLessThan(10);
  expect([first?.counted, second?.counted]).toEqual([false, false]);
});

it('a tab that is closed still tells its play', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const tab = await openListener(chromium, product);
  await tab.play('Rajada');
  await tab.soundAt(2);
  await tab.page.close();
  const play = await until('the end', async () =>
    (await plays()).find(({ playId, state }) => !before.has(playId) && state === 'skipped'),
  );
  expect(play.listenedS).toBeGreaterThan(1);
});

it('the pages have nothing that axe finds, in both themes and languages, on a phone and on a desk', async () => {
  await someDaysOfListening();
  await until(
    'all counted',
    async () => (await product.api<ListeningStats>('GET', '/api/history/stats?window=week')).plays === 10,
  );
  await product.api('PUT', '/api/history/forwarding', { token: 'a-token-of-ada' });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { page } = await openListener(chromium, product, '/', (fresh) => fresh.setBypassCSP(true));
  await press(page, 'Fine with me');
  const faults: string[] = [];
  for (const locale of ['en', 'pt-BR']) {
    await chromium.setCookie({ name: 'enxame.locale', value: locale, domain: 'localhost', path: '/' });
    for (const path of ['/statistics', '/history', '/settings']) {
      await page.goto(product.url + path, { waitUntil: 'networkidle2' });
      await page.waitForSelector('main h1');
      await page.evaluate(axe);
      for (const width of WIDTHS) {
        await page.setViewport({ width, height: 800 });
        for (const theme of ['light', 'dark']) {
          await page.emulateMediaFeatures([
            { name: 'prefers-color-scheme', value: theme },
            { name: 'prefers-reduced-motion', value: 'reduce' },
          ]);
          const found = (await page.evaluate(
            `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
              violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ target }) => target).join(' ')))`,
          )) as string[];
          faults.push(...found.map((fault) => `${path} ${locale} ${theme} ${width}: ${fault}`));
          const name = `${path.slice(1)}-${locale}-${theme}-${width}.png`;
          if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}`, fullPage: true });
        }
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        if (overflow > 0) faults.push(`${path} ${locale} ${width}: ${overflow} px too wide`);
      }
    }
  }
  expect(faults).toEqual([]);
}, 240_000);

it('the statistics change with the stretch of time, and the history leads to them and to a file', async () => {
  const { page } = await openListener(chromium, product, '/history');
  await press(page, 'Fine with me');
  const link = await page.waitForSelector('a[download]');
  expect(await link?.evaluate((a) => a.getAttribute('href'))).toBe('/api/history/export');
  await press(page, 'Statistics', 'link');
  await page.waitForSelector('aria/Most played artists[role="heading"]');
  const asked = page.waitForResponse((response) => response.url().includes('/api/history/stats?window=year'));
  await press(page, 'A year', 'radio');
  expect((await asked).status()).toBe(200);
  await page.waitForSelector('aria/By month[role="heading"]');
});

it('a listener gives a token in the settings, is told when it is unknown, and takes it back', async () => {
  await product.api('PUT', '/api/history/forwarding', { token: null });
  const { page } = await openListener(chromium, product, '/settings');
  await press(page, 'Fine with me');
  const field = await page.waitForSelector('aria/User token');
  await field?.type('nobody-has-this-one');
  await press(page, 'Tell my plays');
  await page.waitForSelector('main ::-p-text(does not know this token)');
  await field?.evaluate((input) => (input as unknown as { select(): void }).select());
  await field?.type('a-token-of-ada');
  await press(page, 'Tell my plays');
  await page.waitForSelector('main ::-p-text(Your plays are told as ada_there)');
  expect(await page.content()).not.toContain('a-token-of-ada');
  await press(page, 'Stop, and forget the token');
  await page.waitForSelector('aria/Tell my plays[role="button"]');
  expect((await product.api<Forwarding>('GET', '/api/history/forwarding')).userName).toBeNull();
});
