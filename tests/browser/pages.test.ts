import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { closeBrowser, launchChromium } from '@/tests/support/browser';
import { openListener, tabOf, trackByTitle } from '@/tests/support/listener';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { ADMIN, type Product, startProduct, until } from '@/tests/support/product';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 800 };

let chromium: Browser;
beforeEach(async () => {
  chromium = await launchChromium(['--lang=en-US', '--host-resolver-rules=MAP enxame.test 127.0.0.1']);
});
afterEach(() => closeBrowser(chromium));

/** What axe has to say, a line each: the rule, and where. */
const FAULTS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ target }) => target).join(' ')))`;

const press = async (page: Page, name: string, role = 'button') => {
  const found = await page.waitForSelector(`aria/${name}[role="${role}"]`, { timeout: 20_000 });
  await found?.click();
};
const write = async (page: Page, label: string, text: string) => {
  const field = await page.waitForSelector(`aria/${label}[role="textbox"]`, { timeout: 20_000 });
  await field?.type(text);
};
const heading = (page: Page, text: string) => page.waitForSelector(`aria/${text}[role="heading"]`, { timeout: 20_000 });

describe('a newcomer', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({}, { firstRun: true });
  });
  afterAll(() => product?.stop());

  it('makes the first account, takes the demo music, finds a piece, hears it, keeps it, and sees it in the history', async () => {
    const page = await chromium.newPage();
    await page.setViewport(DESKTOP);
    await page.goto(product.url);
    await heading(page, 'Make this server yours');
    await write(page, 'Name', ADMIN.name);
    await write(page, 'E-mail', ADMIN.email);
    const password = await page.waitForSelector('input[type="password"]');
    await password?.type(ADMIN.password);
    await press(page, 'Make the account');

    await heading(page, 'Bring music');
    await press(page, 'Use the demo music');
    await press(page, 'To the library', 'link');
    await heading(page, `Hello, ${ADMIN.name}`);

    await heading(page, 'Listening here is also sharing');
    await press(page, 'Fine with me');

    // Without the accent that stands in the title, and in the wrong case.
    await page.keyboard.press('/');
    await page.waitForSelector('#search-field');
    await page.type('#search-field', 'POLEN');
    await press(page, 'Play Oito Bits de Pólen');
    const tab = tabOf(page);
    await tab.soundAt(1);
    expect(await tab.player()).toMatchObject({ route: 'swarm', noSharing: null, error: null });

    await press(page, 'More for Oito Bits de Pólen');
    await press(page, 'Add to playlist', 'menuitem');
    await press(page, 'New playlist');
    await write(page, 'Name', 'Manhã');
    await press(page, 'Create');
    await page.waitForSelector('[role="dialog"]', { hidden: true });
    await press(page, 'Manhã', 'link');
    await heading(page, 'Manhã');
    await press(page, 'More for Oito Bits de Pólen');
    await press(page, 'Remove from this playlist', 'menuitem');
    await heading(page, 'Nothing in here yet');
    // Not only on this page: the service has it so.
    const cookie = (await page.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    await until('the playlist is empty on the server', async () => {
      const answer = await fetch(`${product.url}/api/playlists`, { headers: { cookie } });
      const { playlists } = (await answer.json()) as { playlists: { name: string; trackCount: number }[] };
      return playlists.some(({ name, trackCount }) => name === 'Manhã' && trackCount === 0);
    });

    await press(page, 'History', 'link');
    await heading(page, 'History');
    await page.waitForSelector('main ::-p-text(Oito Bits de Pólen)');
  });
});

describe('pages', () => {
  let product: Product;
  let music: Awaited<ReturnType<typeof makeTempFolder>>;
  let album: string;
  let artist: string;
  let playlist: string;

  beforeAll(async () => {
    music = await makeTempFolder();
    const tags = { artist: 'Vento', album: 'Formatos' };
    await makeMusic(music.folder, { format: 'mp3', name: 'a', seconds: 60, tags: { ...tags, title: 'Brisa' } });
    await makeMusic(music.folder, { format: 'wav', name: 'b', seconds: 60, tags: { ...tags, title: 'Rajada' } });
    product = await startProduct({ MUSIC_DIR: music.folder });
    const { id } = await trackByTitle(product, 'Brisa');
    const { tracks } = await product.api<{ tracks: Track[] }>('GET', '/api/search?q=brisa');
    album = tracks[0]?.albumId ?? '';
    artist = tracks[0]?.artistId ?? '';
    const made = await product.api<{ playlistId: string }>('POST', '/api/playlists', { name: 'Lista', trackIds: [id] });
    playlist = made.playlistId;
    await product.api('POST', '/api/people', {
      name: 'Lia',
      email: 'lia@example.org',
      password: 'another long phrase',
      role: 'listener',
    });
  });
  afterAll(async () => {
    await product?.stop();
    await music?.remove();
  });

  const signedIn = (path: string, prepare?: (page: Page) => Promise<void>) =>
    openListener(chromium, product, path, prepare);

  it('have nothing that axe finds, in both themes, on a phone and on a desk, and nothing wider than the screen', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const paths = [
      '/',
      '/search?q=brisa',
      '/albums',
      `/albums/${album}`,
      '/artists',
      `/artists/${artist}`,
      '/playlists',
      `/playlists/${playlist}`,
      '/history',
      '/settings',
      '/admin',
      '/admin/library',
      '/admin/people',
      '/admin/services',
    ];
    const { page } = await signedIn('/', async (fresh) => {
      // Our own policy would not let the checker in.
      await fresh.setBypassCSP(true);
    });
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(product.url + path, { waitUntil: 'networkidle2' });
      await page.waitForSelector('main h1');
      await page.evaluate(axe);
      for (const viewport of [PHONE, DESKTOP]) {
        await page.setViewport(viewport);
        for (const theme of ['light', 'dark']) {
          await page.emulateMediaFeatures([
            { name: 'prefers-color-scheme', value: theme },
            // Without transitions: a colour on its way to another is none that axe should judge.
            { name: 'prefers-reduced-motion', value: 'reduce' },
          ]);
          const found = (await page.evaluate(FAULTS)) as string[];
          faults.push(...found.map((fault) => `${path} ${theme} ${viewport.width}: ${fault}`));
        }
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        if (overflow > 0) faults.push(`${path} ${viewport.width}: ${overflow} px too wide`);
      }
    }
    expect(faults).toEqual([]);
  }, 240_000);

  it('speak Portuguese when the listener says so', async () => {
    const { page } = await signedIn('/settings');
    await press(page, 'Fine with me');
    await press(page, 'Português (Brasil)', 'radio');
    await heading(page, 'Ajustes');
    await page.reload();
    await heading(page, 'Ajustes');
    expect(await page.evaluate('document.documentElement.lang')).toBe('pt-BR');
  });

  it('of the administrator are not for listeners, and accounts that were disabled are sent away', async () => {
    const page = await chromium.newPage();
    await page.goto(`${product.url}/sign-in`);
    await write(page, 'E-mail', 'lia@example.org');
    await (await page.waitForSelector('input[type="password"]'))?.type('another long phrase');
    await press(page, 'Sign in');
    await heading(page, 'Hello, Lia');
    expect(await page.$('aria/Administration[role="link"]')).toBeNull();
    await page.goto(`${product.url}/admin`);
    await heading(page, 'Hello, Lia');
    expect(await page.evaluate(`fetch('/api/people').then((answer) => answer.status)`)).toBe(403);

    const people = await product.api<{ people: { id: string; name: string }[] }>('GET', '/api/people');
    const lia = people.people.find((person) => person.name === 'Lia');
    await product.api('PATCH', `/api/people/${lia?.id}`, { disabled: true });
    // The open tab is told; nobody has to load anything.
    await heading(page, 'Sign in');
  });

  it('tell why a format does not share: WAV plays the plain way', async () => {
    const tab = await signedIn('/');
    await tab.play('Rajada');
    await tab.soundAt(1);
    expect(await tab.player()).toMatchObject({ route: 'plain', noSharing: 'format', error: null });
    await press(tab.page, 'Swarm');
    await tab.page.waitForFunction(
      `document.querySelector('#side-panel')?.textContent.includes('This tab does not share now')`,
    );
  });

  it('play on an address that is no secure context, and say that they do not share', async () => {
    const page = await chromium.newPage();
    await page.goto(`${product.url.replace('localhost', 'enxame.test')}/sign-in`);
    await write(page, 'E-mail', ADMIN.email);
    await (await page.waitForSelector('input[type="password"]'))?.type(ADMIN.password);
    await press(page, 'Sign in');
    await heading(page, `Hello, ${ADMIN.name}`);
    const tab = tabOf(page);
    await tab.play('Brisa');
    await tab.soundAt(1);
    expect(await tab.player()).toMatchObject({ route: 'plain', noSharing: 'insecure_context', error: null });
    await press(page, 'Swarm');
    await page.waitForFunction(`document.querySelector('#side-panel')?.textContent.includes('not served over https')`);
  });

  it('of a track that is withdrawn while it plays say so, and restoring brings it back', async () => {
    const { id } = await trackByTitle(product, 'Brisa');
    const tab = await signedIn('/');
    await tab.play('Brisa');
    await tab.soundAt(1);
    // So much is buffered that playback alone would not learn of it for a while.
    await until('a lot is buffered', async () => (await tab.player()).bufferedToS > 25);
    await product.api('PATCH', `/api/tracks/${id}`, { withdrawn: true });
    await until(
      'the player says that it was withdrawn',
      async () => (await tab.player()).error?.code === 'track_withdrawn',
    );
    await product.api('PATCH', `/api/tracks/${id}`, { withdrawn: false });
    await tab.play('Brisa');
    await tab.soundAt(1);
  });
});
