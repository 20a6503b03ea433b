/** A server from its first day on: whoever finds it empty makes it theirs; later it is killed while two listen, and comes back. */
import type { Browser, BrowserContext } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openListener, tabOf } from '@/testing/listener';
import { ADMIN, importMusic, type Product, signIn, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { heading, press, showsText, write } from '@/tests/support/page';
import { sharedChromium } from './shared';

const DESKTOP = { width: 1280, height: 800 };
/** 64 kbit/s: a minute goes by before all of it has come (FILL_PACE). */
const SECONDS = 240;
/** What is buffered when the server goes must last for what the test does meanwhile. */
const BUFFERED_S = 10;

let product: Product;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
let chromium: Browser;
let context: BrowserContext;
beforeAll(async () => {
  music = await makeTempFolder();
  product = await startProduct({}, { firstRun: true });
  chromium = await sharedChromium();
});
afterAll(async () => {
  await chromium?.disconnect();
  await product?.stop();
  await music?.remove();
});
beforeEach(async () => {
  context = await chromium.createBrowserContext();
});
afterEach(() => context.close());

it('a newcomer makes the first account, takes the demo music, finds a piece, hears it, keeps it, and sees it in the history', async () => {
  const page = await context.newPage();
  await page.setViewport(DESKTOP);
  await page.goto(product.url);
  await heading(page, 'Set up your server');
  await write(page, 'Name', ADMIN.name);
  await write(page, 'Email', ADMIN.email);
  const password = await page.waitForSelector('input[type="password"]');
  await password?.type(ADMIN.password);
  await press(page, 'Create account');

  await heading(page, 'Add music');
  await press(page, 'Use demo music');
  await press(page, 'Go to library', 'link');
  await heading(page, `Hello, ${ADMIN.name}`);

  await heading(page, 'Listening also shares');
  await press(page, 'Got it');

  // Without the accent that stands in the title, and in the wrong case.
  await page.keyboard.press('/');
  await page.waitForSelector('#search-field');
  await page.type('#search-field', 'POLEN');
  await press(page, 'Play Oito Bits de Pólen');
  const tab = tabOf(page);
  await tab.soundAt(1);
  expect(await tab.player()).toMatchObject({ route: 'swarm', noSharing: null, error: null });

  await press(page, 'More options for Oito Bits de Pólen');
  await press(page, 'Add to playlist', 'menuitem');
  await press(page, 'New playlist');
  await write(page, 'Name', 'Manhã');
  await press(page, 'Create');
  await page.waitForSelector('[role="dialog"]', { hidden: true });
  await press(page, 'Manhã', 'link');
  await heading(page, 'Manhã');
  await press(page, 'More options for Oito Bits de Pólen');
  await press(page, 'Remove from this playlist', 'menuitem');
  await heading(page, 'This playlist is empty');
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

it('two tabs go on by themselves when the server is killed in mid-play and comes back, and their pages stay', async () => {
  const title = 'Queda';
  // Found with the first, and next in the queue.
  for (const [name, seconds] of [
    [title, SECONDS],
    [`${title} Livre`, 20],
  ] as const) {
    const tags = { title: name, artist: 'Ensaio', album: 'Enxame' };
    await makeMusic(music.folder, { format: 'mp3', bitRate: '64k', name, seconds, tags });
  }
  const ada = await signIn(product.url, ADMIN);
  await importMusic(ada, music.folder);
  const open = () => openListener(context, ada, '/search');
  const [stays, leaves] = [await open(), await open()];
  const tabs = [stays, leaves];
  for (const tab of tabs) {
    await tab.play(title);
    await tab.soundAt(1);
  }
  for (const tab of tabs) {
    await until('enough is buffered', async () => {
      const { bufferedToS, positionS } = await tab.player();
      return bufferedToS - positionS > BUFFERED_S;
    });
  }

  await product.kill();
  await Promise.all(
    tabs.map(async (tab) => {
      const { positionS } = await tab.player();
      await tab.soundAt(positionS + 2);
    }),
  );
  const { page } = leaves;
  await page.bringToFront();
  // It would lie over what is pressed.
  await press(page, 'Got it');
  await press(page, 'History', 'link');
  await heading(page, 'You’re offline');
  await press(page, 'Go back');
  // The same where a menu leads on.
  await press(page, `More options for ${title} Livre`);
  await press(page, 'Go to album', 'menuitem');
  await heading(page, 'You’re offline');
  await press(page, 'Go back');
  await page.waitForSelector(`aria/Play ${title} Livre[role="button"]`);
  await press(page, 'Next');
  // What was fetched of it before is heard; nothing is skipped.
  await showsText(page, 'Waiting for the server…');
  const waiting = await leaves.player();
  expect(waiting.index).toBe(1);
  expect(['loading', 'stalled']).toContain(waiting.status);
  await press(page, 'History', 'link');
  await heading(page, 'You’re offline');
  await product.start();

  for (const tab of tabs) await until('signaling is back', async () => (await tab.swarm()).signaling === 'up');
  await heading(page, 'History');
  await leaves.soundAt(1);
  expect(await leaves.player()).toMatchObject({ index: 1, status: 'playing', error: null });
  await stays.jump(SECONDS - 30, 2);
  expect(await stays.player()).toMatchObject({ index: 0, status: 'playing', error: null });
  const third = await open();
  await third.play(title);
  await third.soundAt(1);
  await until('a newcomer is fed by peers again', async () => (await third.swarm()).totals.peer > 0);
});
