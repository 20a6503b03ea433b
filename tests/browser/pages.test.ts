import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { openListener, tabOf, trackByTitle } from '@/testing/listener';
import { addPerson, importMusic, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { faultsOf } from '@/tests/support/accessibility';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { heading, press, write } from '@/tests/support/page';
import { sharedAdmin, sharedChromium } from './shared';

/** An administrator of this file's own. */
const PIA = { name: 'Pia', email: 'pia@example.org', password: 'a long pass phrase' };
const LIA = { name: 'Lia', email: 'lia@example.org', password: 'another long phrase' };

let chromium: Browser;
let context: BrowserContext;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
let pia: Session;
let brisa: Track;

beforeAll(async () => {
  music = await makeTempFolder();
  const tags = { artist: 'Vento', album: 'Formatos' };
  await makeMusic(music.folder, { format: 'mp3', name: 'a', seconds: 60, tags: { ...tags, title: 'Brisa' } });
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
    '/admin',
    '/admin/library',
    '/admin/people',
  ])('at %s', async (path) => {
    const there = path.replace(':album', brisa.albumId).replace(':artist', brisa.artistId);
    expect(await faultsOf(page, pia.url, [there])).toEqual([]);
  });
});

it('pages speak Portuguese when the listener says so', async () => {
  const { page } = await signedIn('/settings');
  await press(page, 'Got it');
  await press(page, 'Português (Brasil)', 'radio');
  await heading(page, 'Ajustes');
  await page.reload();
  await heading(page, 'Ajustes');
  expect(await page.evaluate('document.documentElement.lang')).toBe('pt-BR');
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
