/** The pages of a listener's own numbers, and what the player tells of a play, in a real browser. */
import type { Browser, BrowserContext } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Forwarding, ListeningStats, Play } from '@/lib/contracts/history';
import { newId } from '@/lib/contracts/ids';
import { type Listener, openListener, trackByTitle } from '@/testing/listener';
import { addPerson, importMusic, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { faultsOf } from '@/tests/support/accessibility';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { press } from '@/tests/support/page';
import { FORWARDING } from './setup';
import { sharedAdmin, sharedChromium } from './shared';

const TITLES = ['Aragem', 'Rebojo', 'Vendaval', 'Calmaria'];
/** Half of one must be heard to count: more than any of these tests hears. */
const SECONDS = 120;
const PLAYER = `globalThis[Symbol.for('enxame.tab')].player`;

let music: Awaited<ReturnType<typeof makeTempFolder>>;
let hugo: Session;
let chromium: Browser;
let context: BrowserContext;
beforeAll(async () => {
  music = await makeTempFolder();
  for (const [i, title] of TITLES.entries()) {
    const tags = { artist: i < 2 ? 'Brisas' : 'Mar', album: i === 0 ? 'Ar' : 'Sal', title };
    await makeMusic(music.folder, { format: 'mp3', name: title, seconds: SECONDS, bitRate: '64k', tags });
  }
  const admin = sharedAdmin();
  await importMusic(admin, music.folder);
  hugo = await addPerson(admin, { name: 'Hugo', email: 'hugo@example.org', password: 'a long pass phrase' });
  chromium = await sharedChromium();
});
afterAll(async () => {
  await chromium?.disconnect();
  await music?.remove();
});
beforeEach(async () => {
  context = await chromium.createBrowserContext();
});
afterEach(() => context.close());

const plays = async () => (await hugo.api<{ plays: Play[] }>('GET', '/api/history')).plays;

/** Gives the player a command. @returns the second of the track that sounded then */
const leave = (tab: Listener, command: string) =>
  tab.page.evaluate(`(() => {
    const { currentTime } = document.querySelector('audio');
    ${PLAYER}.${command};
    return currentTime;
  })()`) as Promise<number>;

/** Where in the track each play began, as the page told the history. */
function startsToldBy(tab: Listener): () => number[] {
  const starts: number[] = [];
  tab.page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/api/plays')) return;
    const event = JSON.parse(request.postData() ?? '{}') as { type?: string; positionS?: number };
    if (event.type === 'started') starts.push(event.positionS ?? 0);
  });
  return () => starts;
}

/** Plays of the last month, told late as a page would that was out of reach. */
async function someDaysOfListening(): Promise<void> {
  for (const [i, title] of TITLES.entries()) {
    const { id } = await trackByTitle(hugo, title);
    for (let n = 0; n <= i; n += 1) {
      const told = { trackId: id, playId: newId(), positionS: 0 };
      const agoS = 60 + ((n * 5 + i * 3) % 23) * 3_600;
      await hugo.api('POST', '/api/plays', { type: 'started', ...told, agoS: agoS + 50 });
      const bytes = { cache: 300_000, peer: 900_000 + i * 100_000, origin: 200_000 };
      const end = { ...told, positionS: 60, listenedS: 50, durationS: 60, bytes, agoS };
      await hugo.api('POST', '/api/plays', { type: 'finished', ...end });
    }
  }
}

it('what was heard is told as it was: a pause and jumps left out', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const tab = await openListener(context, hugo);
  const starts = startsToldBy(tab);
  await tab.play('Aragem');
  await tab.soundAt(2);
  const first = await leave(tab, 'seek(100)');
  await tab.soundAt(101.5);
  const second = await leave(tab, 'pause()');
  await until('paused', async () => (await tab.player()).status === 'paused');
  await tab.page.evaluate(`${PLAYER}.seek(10)`);
  await tab.page.evaluate(`${PLAYER}.play()`);
  await tab.soundAt(11);
  const toldAt = Date.now();
  const third = await leave(tab, 'clear()');
  const play = await until('the end', async () =>
    (await plays()).find(({ playId, state }) => !before.has(playId) && state === 'skipped'),
  );
  // From its start to 2 and more, from 100, from 10; never what was jumped over, nor more than the time that went by.
  const [start = 0] = starts();
  const heardS = first - start + (second - 100) + (third - 10);
  expect(Math.abs((play.listenedS ?? 0) - heardS)).toBeLessThan(0.5);
  expect(play.listenedS).toBeLessThan((toldAt - play.startedAt) / 1000 + 1);
  expect(play.counted).toBe(false);
});

it('a repeat is a play of its own, and nothing is heard twice over', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const fresh = async () => (await plays()).filter(({ playId }) => !before.has(playId));
  const tab = await openListener(context, hugo);
  const starts = startsToldBy(tab);
  await tab.play('Vendaval');
  await tab.soundAt(1);
  await tab.page.evaluate(`${PLAYER}.setRepeat('one')`);
  const atJump = await leave(tab, `seek(${SECONDS - 2})`);
  await until('the repeat', async () => (await fresh()).length === 2);
  await tab.page.evaluate(`${PLAYER}.setRepeat('off')`);
  const atEnd = await leave(tab, 'clear()');
  const [second, first] = await until('both ends', async () => {
    const ended = (await fresh()).filter(({ state }) => state !== 'started');
    return ended.length === 2 ? ended : null;
  });
  expect([first?.state, second?.state]).toEqual(['finished', 'skipped']);
  const [start = 0] = starts();
  expect(Math.abs((first?.listenedS ?? 0) - (atJump - start + 2))).toBeLessThan(0.5);
  const heard = (second?.startedAt ?? 0) - (first?.startedAt ?? 0);
  expect(first?.listenedS).toBeLessThan(heard / 1000 + 1);
  expect(second?.listenedS).toBeLessThan(atEnd + 0.5);
  expect([first?.counted, second?.counted]).toEqual([false, false]);
});

it('a tab that is closed still tells its play', async () => {
  const before = new Set((await plays()).map(({ playId }) => playId));
  const tab = await openListener(context, hugo);
  await tab.play('Rebojo');
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
    async () => (await hugo.api<ListeningStats>('GET', '/api/history/stats?window=week')).plays === 10,
  );
  await hugo.api('PUT', '/api/history/forwarding', { token: FORWARDING.token });
  const { page } = await openListener(context, hugo, '/', (fresh) => fresh.setBypassCSP(true));
  await press(page, 'Got it');
  const faults: string[] = [];
  for (const locale of ['en', 'pt-BR']) {
    await context.setCookie({ name: 'enxame.locale', value: locale, domain: 'localhost', path: '/' });
    const found = await faultsOf(
      page,
      hugo.url,
      ['/statistics', '/history', '/settings', '/settings/apps'],
      `-${locale}`,
    );
    faults.push(...found.map((fault) => `${locale}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

it('the statistics change with the stretch of time, and the history leads to them and to a file', async () => {
  const { page } = await openListener(context, hugo, '/history');
  await press(page, 'Got it');
  const link = await page.waitForSelector('a[download]');
  expect(await link?.evaluate((a) => a.getAttribute('href'))).toBe('/api/history/export');
  await press(page, 'Statistics', 'link');
  await page.waitForSelector('aria/Most played artists[role="heading"]');
  const asked = page.waitForResponse((response) => response.url().includes('/api/history/stats?window=year'));
  await press(page, '1 year', 'radio');
  expect((await asked).status()).toBe(200);
  await page.waitForSelector('aria/By month[role="heading"]');
});

it('a listener gives a token in the settings, is told when it is unknown, and takes it back', async () => {
  await hugo.api('PUT', '/api/history/forwarding', { token: null });
  const { page } = await openListener(context, hugo, '/settings');
  await press(page, 'Got it');
  const field = await page.waitForSelector('aria/User token');
  await field?.type('nobody-has-this-one');
  await press(page, 'Connect');
  await page.waitForSelector('main ::-p-text(That token isn’t valid)');
  await field?.evaluate((input) => (input as unknown as { select(): void }).select());
  await field?.type(FORWARDING.token);
  await press(page, 'Connect');
  await page.waitForSelector(`main ::-p-text(Scrobbling as ${FORWARDING.userName})`);
  expect(await page.content()).not.toContain(FORWARDING.token);
  await press(page, 'Disconnect');
  await page.waitForSelector('aria/Connect[role="button"]');
  expect((await hugo.api<Forwarding>('GET', '/api/history/forwarding')).userName).toBeNull();
});
