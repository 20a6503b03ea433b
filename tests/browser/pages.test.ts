import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import { openListener, tabOf, trackByTitle } from '@/testing/listener';
import { addPerson, importMusic, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { faultsNow, faultsOf } from '@/tests/support/accessibility';
import { firstLoads } from '@/tests/support/first-load';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { heading, press, write } from '@/tests/support/page';
import { countRowRenders, drawnRows } from '@/tests/support/renders';
import { sharedAdmin, sharedChromium } from './shared';

/** An administrator of this file's own. */
const PIA = { name: 'Pia', email: 'pia@example.org', password: 'a long pass phrase' };
const RITA = { name: 'Rita', email: 'rita@example.org', password: 'a third pass phrase' };
const LIA = { name: 'Lia', email: 'lia@example.org', password: 'another long phrase' };

let chromium: Browser;
let context: BrowserContext;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
let pia: Session;
let brisa: Track;

beforeAll(async () => {
  music = await makeTempFolder();
  const tags = { artist: 'Vento', album: 'Formatos' };
  const lyrics = '[00:00.00]uma brisa\n[00:30.00]do mar\n[00:50.00]passou';
  await makeMusic(music.folder, { format: 'mp3', name: 'a', seconds: 60, tags: { ...tags, title: 'Brisa', lyrics } });
  await makeMusic(music.folder, { format: 'wav', name: 'b', seconds: 60, tags: { ...tags, title: 'Rajada' } });
  const admin = sharedAdmin();
  await importMusic(admin, music.folder);
  pia = await addPerson(admin, PIA, 'admin');
  const { id } = await trackByTitle(pia, 'Brisa');
  const { tracks } = await pia.api<{ tracks: Track[] }>('GET', '/api/search?q=brisa');
  const found = tracks.find((track) => track.id === id);
  if (found === undefined) throw new Error('no such track');
  brisa = found;
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

const signedIn = (path: string, prepare?: (page: Page) => Promise<void>) => openListener(context, pia, path, prepare);

async function signsIn(page: Page, who: typeof LIA, url: string) {
  await page.goto(`${url}/sign-in`);
  await write(page, 'Email', who.email);
  await (await page.waitForSelector('input[type="password"]'))?.type(who.password);
  await press(page, 'Sign in');
  await heading(page, `Hello, ${who.name}`);
}

// Those of playlists, history, statistics and settings: playlists.test.ts and history.test.ts.
describe('in both themes, on a phone and on a desk, axe finds nothing, and nothing is wider than the screen', () => {
  let page: Page;
  let own: BrowserContext;
  beforeAll(async () => {
    own = await chromium.createBrowserContext();
    page = (await openListener(own, pia, '/', (fresh) => fresh.setBypassCSP(true))).page;
  });
  afterAll(() => own?.close());

  it.each([
    '/',
    '/search?q=brisa',
    '/albums',
    '/albums/:album',
    '/artists',
    '/artists/:artist',
    '/tracks',
    '/genres',
    '/years',
    '/folders',
    '/shelves/most-played',
    '/admin',
    '/admin/library',
    '/admin/tags',
    '/admin/people',
  ])('at %s', async (path) => {
    const there = path.replace(':album', brisa.albumId).replace(':artist', brisa.artistId);
    expect(await faultsOf(page, pia.url, [there])).toEqual([]);
  });
});

/** Bytes, gzipped: a tenth of a second at 20 Mbit/s is 250,000. React and Next alone have 140,000 of them. */
const FIRST_LOAD_BUDGET = 200_000;

it('no listening page loads more than 200 KB of scripts before it can be used', async () => {
  const { albumId, artistId } = brisa;
  const lists = [
    '/albums',
    `/albums/${albumId}`,
    '/artists',
    `/artists/${artistId}`,
    '/tracks',
    '/genres',
    '/years',
    '/folders',
    '/shelves/continue',
    '/playlists',
    `/playlists/${newId()}`,
  ];
  const loads = await firstLoads(pia, ['/', '/search?q=brisa', ...lists, '/history', '/statistics', '/settings']);
  const kb = (bytes: number) => (bytes / 1000).toFixed(1);
  const table = loads.map(
    ({ path, scripts, styles, html }) =>
      `${path}: ${kb(scripts)} KB of scripts, ${kb(styles)} of styles, ${kb(html)} of HTML`,
  );
  console.log(table.join('\n'));
  expect(
    loads.filter(({ scripts }) => scripts > FIRST_LOAD_BUDGET).map(({ path, parts }) => ({ path, parts })),
  ).toEqual([]);
});

it('of a long list, a press draws the rows that were and are current, and no other', async () => {
  const rajada = await trackByTitle(pia, 'Rajada');
  const playlistId = newId();
  const others = Array.from({ length: 60 }, () => rajada.id);
  await pia.api('POST', '/api/playlists', { playlistId, name: 'Longa', trackIds: [brisa.id, ...others] });
  await until('the playlist is there', () => pia.api('GET', `/api/playlists/${playlistId}`).catch(() => undefined));
  const { page } = await signedIn(`/playlists/${playlistId}`, countRowRenders);
  const tab = tabOf(page);
  await page.waitForSelector('[data-row]');
  await until('the player', () => page.evaluate(`globalThis[Symbol.for('enxame.tab')] !== undefined`));
  expect(new Set(await drawnRows(page)).size).toBeGreaterThan(1);
  await press(page, 'Play Brisa');
  await tab.soundAt(0.5);
  expect(new Set(await drawnRows(page)).size).toBe(1);
});

it('the administrator’s picture of the swarm names a tab by its listener and device', async () => {
  const { page } = await signedIn('/admin');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main svg g')].some(({ textContent }) => textContent?.includes('Pia')),
  );
  await page.waitForFunction(() => document.querySelector('main table')?.textContent?.includes('PiaChrome · Linux'));
});

it('pages speak Portuguese when the listener says so, and in another browser in which they sign in', async () => {
  const rita = await addPerson(sharedAdmin(), RITA);
  const { page } = await openListener(context, rita, '/settings');
  await press(page, 'Got it');
  await press(page, 'Português (Brasil)', 'radio');
  await heading(page, 'Ajustes');

  const other = await chromium.createBrowserContext();
  try {
    const there = await other.newPage();
    await there.goto(`${rita.url}/sign-in`);
    expect(await there.evaluate('document.documentElement.lang')).toBe('en');
    await write(there, 'Email', RITA.email);
    await (await there.waitForSelector('input[type="password"]'))?.type(RITA.password);
    await press(there, 'Sign in');
    await heading(there, `Olá, ${RITA.name}`);
    expect(await there.evaluate('document.documentElement.lang')).toBe('pt-BR');
  } finally {
    await other.close();
  }
});

it('the player follows the keys, and the tab is called by what plays', async () => {
  const tab = await signedIn('/');
  const { page } = tab;
  const title = (wanted: string) => page.waitForFunction((said) => document.title === said, {}, wanted);
  const status = async () => (await tab.player()).status;
  await title('Home · Enxame');
  await tab.play('Brisa');
  await tab.soundAt(0.1);
  await title('Brisa · Vento');

  // The button that was clicked last is Shuffle; Space is the player's all the same.
  await press(page, 'Shuffle');
  await page.keyboard.press(' ');
  await until('the pause', async () => (await status()) === 'paused');
  expect((await tab.player()).shuffle).toBe(true);
  await title('Search · Enxame');
  // Reached by keyboard, the button keeps it.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.focus('aria/Shuffle[role="button"]');
  await page.keyboard.press(' ');
  await until('no shuffle', async () => !(await tab.player()).shuffle);
  expect(await status()).toBe('paused');

  for (const state of ['Repeat: all', 'Repeat: this track', 'Repeat: off']) {
    await page.keyboard.press('r');
    await page.waitForSelector(`aria/${state}[role="button"]`);
    await page.waitForFunction(
      (said) => [...document.querySelectorAll('[aria-live]')].some(({ textContent }) => textContent === said),
      {},
      state,
    );
  }
  await page.keyboard.press('m');
  await until('no sound', async () => (await tab.player()).muted);
  await page.keyboard.press('q');
  await heading(page, 'Queue');
  await page.keyboard.press('q');
  await page.keyboard.press('?');
  await heading(page, 'Keyboard shortcuts');
  await page.keyboard.press('Escape');

  // Of the links to it some are for wider screens.
  await page.$eval(`main a[href="/albums/${brisa.albumId}"]`, (link) => (link as HTMLElement).click());
  await title('Formatos · Enxame');
});

it('a phone has Next by button and by swipe, and every page within two taps', async () => {
  const { page, ...tab } = await signedIn('/', (fresh) =>
    fresh.setViewport({ width: 390, height: 844, hasTouch: true, isMobile: true }),
  );
  await press(page, 'Got it');
  await page.goto(`${pia.url}/albums/${brisa.albumId}`);
  await press(page, 'Play all');
  await tab.soundAt(0.1);
  const index = async (wanted: number) => until(`track ${wanted}`, async () => (await tab.player()).index === wanted);
  await press(page, 'Next');
  await index(1);
  const strip = await (await page.waitForSelector('aria/Player[role="region"]'))?.boundingBox();
  if (!strip) throw new Error('no player');
  const y = strip.y + strip.height / 2;
  const swipe = async (from: number, to: number) => {
    const touch = await page.touchscreen.touchStart(from, y);
    await touch.move((from + to) / 2, y);
    await touch.move(to, y);
    await touch.end();
  };
  // Later than its third second the track would begin again.
  await page.evaluate(`{
    const { player } = globalThis[Symbol.for('enxame.tab')];
    player.pause();
    player.seek(0);
  }`);
  await until('the beginning', async () => (await tab.player()).positionS === 0);
  await swipe(90, 200);
  await index(0);
  await swipe(200, 90);
  await index(1);
  expect(await page.$('[role="dialog"]')).toBeNull();
  await press(page, 'Library', 'link');
  await press(page, 'Artists', 'link');
  await heading(page, 'Artists');
  for (const name of ['History', 'Statistics', 'Settings']) {
    await press(page, 'More');
    await press(page, name, 'menuitem');
    await heading(page, name);
  }
});

it('what is not there answers 404, within the shell, and is called so', async () => {
  const ask = (path: string) => fetch(pia.url + path, { headers: { cookie: pia.cookie(), accept: 'text/html' } });
  for (const kind of ['artists', 'playlists', 'albums']) {
    for (const id of [newId(), 'nothing']) expect((await ask(`/${kind}/${id}`)).status, kind).toBe(404);
  }
  const { page } = await signedIn('/');
  for (const path of ['/nowhere', `/albums/${newId()}`]) {
    expect((await page.goto(pia.url + path))?.status()).toBe(404);
    await heading(page, 'Page not found');
    await page.waitForSelector('aria/Library[role="link"]');
    await page.waitForFunction(() => document.title === 'Page not found · Enxame');
  }
  const there = await ask(`/artists/${brisa.artistId}`);
  expect(there.status).toBe(200);
  expect(await there.text()).toContain('<title>Vento · Enxame</title>');
});

it('pages are covered by the open player, which keyboard, finger and back button close, and whose lyrics are followed', async () => {
  const tab = await signedIn('/', (fresh) => fresh.setBypassCSP(true));
  const { page } = tab;
  const opener = 'Open player: Brisa, Vento';
  const isOpen = (open: boolean) => page.waitForSelector('[data-player-dialog]', open ? {} : { hidden: true });
  const sungIs = (text: string) =>
    page.waitForFunction(`document.querySelector('[data-player-dialog] [aria-current]')?.textContent === '${text}'`);
  await tab.play('Brisa');
  await tab.soundAt(0.1);
  await press(page, opener);
  await heading(page, 'Brisa');
  await press(page, 'Lyrics', 'tab');
  await sungIs('uma brisa');
  await press(page, 'do mar');
  await sungIs('do mar');
  expect((await tab.player()).positionS).toBeGreaterThanOrEqual(30);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await sungIs('passou');
  expect(await faultsNow(page, 'player')).toEqual([]);

  await page.keyboard.press('Escape');
  await isOpen(false);
  await page.waitForFunction(`document.activeElement?.ariaLabel === '${opener}'`);
  const address = page.url();
  await press(page, opener);
  await isOpen(true);
  await page.goBack();
  await isOpen(false);
  expect(page.url()).toBe(address);

  await page.setViewport({ width: 390, height: 800 });
  const swipe = async (from: number, to: number) => {
    const finger = await page.touchscreen.touchStart(150, from);
    for (let step = 1; step <= 4; step++) await finger.move(150, from + ((to - from) * step) / 4);
    await finger.end();
  };
  await swipe(700, 400);
  await isOpen(true);
  await swipe(30, 400);
  await isOpen(false);
});

it('an administrator edits the tags of an album where it is shown, and takes that back', async () => {
  const { page } = await signedIn(`/albums/${brisa.albumId}`, (fresh) => fresh.setBypassCSP(true));
  await press(page, 'More options for Formatos');
  await press(page, 'Edit tags', 'menuitem');
  await page.waitForSelector('aria/Album[role="textbox"]');
  expect(await faultsNow(page, 'tag-editor')).toEqual([]);
  const field = await page.waitForSelector('aria/Album[role="textbox"]');
  await field?.click({ count: 3 });
  await field?.type('Formatos II');
  await press(page, 'Save');
  await heading(page, 'Formatos II');
  await press(page, 'Undo');
  await heading(page, 'Formatos');
});

it('pages of the administrator are not for listeners, and accounts that were disabled are sent away', async () => {
  await addPerson(pia, LIA);
  const page = await context.newPage();
  await signsIn(page, LIA, pia.url);
  expect(await page.$('aria/Administration[role="link"]')).toBeNull();
  await page.goto(`${pia.url}/admin`);
  await heading(page, 'Hello, Lia');
  expect(await page.evaluate(`fetch('/api/people').then((answer) => answer.status)`)).toBe(403);

  const people = await pia.api<{ people: { id: string; name: string }[] }>('GET', '/api/people');
  const lia = people.people.find((person) => person.name === 'Lia');
  await pia.api('PATCH', `/api/people/${lia?.id}`, { disabled: true });
  // The open tab is told; nobody has to load anything.
  await heading(page, 'Sign in');
});

it('pages tell why a format does not share: WAV plays the plain way', async () => {
  const tab = await signedIn('/');
  await tab.play('Rajada');
  await tab.soundAt(1);
  expect(await tab.player()).toMatchObject({ route: 'plain', noSharing: 'format', error: null });
  await press(tab.page, 'Swarm');
  await tab.page.waitForFunction(
    `document.querySelector('#side-panel')?.textContent.includes('Not sharing this track')`,
  );
});

it('pages offer speed, sleep timer and equal loudness, and the sound follows', async () => {
  const tab = await signedIn('/', async (fresh) => {
    await fresh.evaluateOnNewDocument(`{
      const { createMediaElementSource } = AudioContext.prototype;
      AudioContext.prototype.createMediaElementSource = function (element) {
        globalThis.amplified = true;
        return createMediaElementSource.call(this, element);
      };
    }`);
  });
  const { page } = tab;
  await tab.play('Brisa');
  await tab.soundAt(0.5);
  /** As if it had been measured so. */
  const playWith = (gain: { trackDb: number; trackPeak: number }) =>
    page.evaluate(`globalThis[Symbol.for('enxame.tab')].player.playNow([${JSON.stringify({ ...brisa, gain })}], 0)`);
  await playWith({ trackDb: -6, trackPeak: 1 });
  await press(page, 'Playback options');
  await press(page, '1.5×', 'radio');
  await press(page, 'End of track', 'radio');
  await press(page, 'Track', 'radio');
  await page.keyboard.press('Escape');
  await page.waitForSelector('aria/Playback options, 1.5×, End of track[role="button"]');
  const element = `(({ playbackRate, preservesPitch }) => [playbackRate, preservesPitch])(document.querySelector('audio'))`;
  expect(await page.evaluate(element)).toEqual([1.5, true]);
  expect(await page.evaluate('globalThis.amplified')).toBeUndefined();
  // Much quieter than its highest sample allows.
  await playWith({ trackDb: 6, trackPeak: 0.1 });
  await page.waitForFunction('globalThis.amplified');
  await tab.soundAt(1);
});

it('pages play on an address that is no secure context, and say that they do not share', async () => {
  const page = await context.newPage();
  await signsIn(page, PIA, pia.url.replace('localhost', 'enxame.test'));
  const tab = tabOf(page);
  await tab.play('Brisa');
  await tab.soundAt(1);
  expect(await tab.player()).toMatchObject({ route: 'plain', noSharing: 'insecure_context', error: null });
  await press(page, 'Swarm');
  await page.waitForFunction(`document.querySelector('#side-panel')?.textContent.includes('isn’t using HTTPS')`);
});

it('pages of a track that is withdrawn while it plays say so, and restoring brings it back', async () => {
  const tab = await signedIn('/');
  await tab.play('Brisa');
  await tab.soundAt(1);
  // All of it is here: playback alone would not learn of it.
  await tab.openedHash(brisa.id);
  await pia.api('PATCH', `/api/tracks/${brisa.id}`, { withdrawn: true });
  await until(
    'the player says that it was withdrawn',
    async () => (await tab.player()).error?.code === 'track_withdrawn',
  );
  await pia.api('PATCH', `/api/tracks/${brisa.id}`, { withdrawn: false });
  await tab.play('Brisa');
  await tab.soundAt(1);
});
