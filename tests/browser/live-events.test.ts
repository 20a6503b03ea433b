/** What a page learns of changes that others make, without a reload; and what it shows of its own that take long. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import { openListener } from '@/testing/listener';
import { addPerson, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { heading, press, showsText, showsTracks, write } from '../support/page';
import { importDemoMusic } from '../support/peers';
import { sharedAdmin, sharedChromium } from './shared';

const EVA = { name: 'Eva', email: 'eva-live@example.org', password: 'a long pass phrase' };

let tracks: Track[];
let chromium: Browser;
let eva: Session;
let contexts: BrowserContext[];
let playlistId: string;

beforeAll(async () => {
  const admin = sharedAdmin();
  tracks = await importDemoMusic(admin);
  eva = await addPerson(admin, EVA);
  chromium = await sharedChromium();
});
afterAll(() => chromium?.disconnect());
beforeEach(async () => {
  contexts = [];
  playlistId = newId();
  const trackIds = tracks.slice(0, 4).map(({ id }) => id);
  await eva.api('POST', '/api/playlists', { playlistId, name: 'Ao vivo', trackIds });
  await until('the playlist', () => eva.api('GET', `/api/playlists/${playlistId}`).catch(() => null));
});
afterEach(() => Promise.all(contexts.map((context) => context.close())));

const title = (n: number) => tracks[n]?.title ?? '';
const titles = (...ns: number[]) => ns.map(title);

/** A page of Eva's in a browser of its own. */
async function open(path: string, prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Page> {
  const context = await chromium.createBrowserContext();
  contexts.push(context);
  const { page } = await openListener(context, eva, path, async (made) => {
    await made.setViewport({ width: 1280, height: 900 });
    await made.evaluateOnNewDocument(() => localStorage.setItem('enxame.sharing-notice', 'seen'));
    await prepare(made);
  });
  return page;
}

const connectionOf = (page: Page) =>
  page.evaluate(`globalThis[Symbol.for('enxame.tab')]?.connection.getState() ?? null`) as Promise<string | null>;
const untilConnection = (page: Page, wanted: string) =>
  until(`the connection to be ${wanted}`, async () => (await connectionOf(page)) === wanted);

async function removeTrack(page: Page, n: number): Promise<void> {
  await page.bringToFront();
  await press(page, `More options for ${title(n)}`);
  await press(page, 'Remove from this playlist', 'menuitem');
}

/** Keeps requests of a page from being answered until they are let go. */
async function hold(page: Page, isHeld: (method: string, path: string) => boolean) {
  const waiting: (() => void)[] = [];
  let open = false;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const go = () => void request.continue();
    if (!open && isHeld(request.method(), new URL(request.url()).pathname)) waiting.push(go);
    else go();
  });
  return {
    count: () => waiting.length,
    letGo() {
      open = true;
      for (const go of waiting.splice(0)) go();
    },
  };
}

it('a page without WebRTC shows what another tab changes', async () => {
  const other = await open(`/playlists/${playlistId}`);
  const page = await open(`/playlists/${playlistId}`, (made) =>
    made.evaluateOnNewDocument(() => {
      for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) Reflect.deleteProperty(globalThis, name);
    }),
  );
  await showsTracks(page, titles(0, 1, 2, 3));
  await untilConnection(page, 'up');
  expect(await page.evaluate(`globalThis[Symbol.for('enxame.tab')].swarm`)).toBeNull();
  await removeTrack(other, 1);
  await showsTracks(page, titles(0, 2, 3));
});

it('two pages that change one playlist at once end equal', async () => {
  const [one, two] = [await open(`/playlists/${playlistId}`), await open(`/playlists/${playlistId}`)];
  for (const page of [one, two]) {
    await showsTracks(page, titles(0, 1, 2, 3));
    await untilConnection(page, 'up');
  }
  const held = await hold(one, (method, path) => method === 'DELETE' && path.endsWith('/entries'));
  await removeTrack(one, 0);
  await until('the request', () => held.count() === 1);
  await removeTrack(two, 2);
  // The event about the other's change arrives while this page's own is on its way: both show.
  await showsTracks(one, titles(1, 3));
  await showsTracks(two, titles(0, 1, 3));
  held.letGo();
  await removeTrack(two, 3);
  for (const page of [one, two]) await showsTracks(page, titles(1));
  const { entries } = await eva.api<{ entries: { trackId: string }[] }>('GET', `/api/playlists/${playlistId}`);
  expect(entries.map(({ trackId }) => trackId)).toEqual([tracks[1]?.id]);
});

it('a page whose connection was away shows what changed meanwhile', async () => {
  const page = await open(`/playlists/${playlistId}`);
  await showsTracks(page, titles(0, 1, 2, 3));
  await untilConnection(page, 'up');
  await page.setOfflineMode(true);
  await untilConnection(page, 'connecting');
  await eva.api('PATCH', `/api/playlists/${playlistId}`, { name: 'Mudou' });
  await until('the new name', async () => {
    const { name } = await eva.api<{ name: string }>('GET', `/api/playlists/${playlistId}`);
    return name === 'Mudou';
  });
  expect(await page.$('aria/Ao vivo[role="heading"]')).not.toBeNull();
  await page.setOfflineMode(false);
  await heading(page, 'Mudou');
});

describe('a playlist whose creation takes long to be confirmed', () => {
  it('is shown as pending, made once however often it is asked for, and then confirmed', async () => {
    let confirmed = false;
    const page = await open('/playlists', async (made) => {
      // No live event can confirm it.
      await made.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'WebSocket'));
      await made.setRequestInterception(true);
      made.on('request', (request) => {
        if (confirmed || !new URL(request.url()).pathname.startsWith('/api/commands/')) void request.continue();
        else void request.respond({ contentType: 'application/json', body: JSON.stringify({ state: 'accepted' }) });
      });
    });
    const create = async () => {
      await press(page, 'New playlist');
      await write(page, 'Name', 'Atrasada');
      await press(page, 'Create');
    };
    await create();
    await heading(page, 'Atrasada');
    await showsText(page, 'Saving…');
    await page.click('a[href="/playlists"]');
    await create();
    await until('the dialog to be gone', async () => (await page.$('[role="dialog"]')) === null);
    await showsText(page, 'Saving…');
    const cards = () => page.$$eval('main a[href^="/playlists/"]', (links) => links.map((link) => link.textContent));
    expect((await cards()).filter((text) => text?.includes('Atrasada'))).toHaveLength(1);

    confirmed = true;
    await until('it to be confirmed', async () => {
      const shown = (await cards()).filter((text) => text?.includes('Atrasada'));
      return shown.length === 1 && !shown[0]?.includes('Saving…');
    });
    const { playlists } = await eva.api<{ playlists: { name: string }[] }>('GET', '/api/playlists');
    expect(playlists.filter(({ name }) => name === 'Atrasada')).toHaveLength(1);
  });
});

it('one tab controls another, and then continues what it plays', async () => {
  const [desk, phone] = [await open(`/playlists/${playlistId}`), await open('/')];
  for (const page of [desk, phone]) await untilConnection(page, 'up');
  await desk.bringToFront();
  await press(desk, `Play ${title(0)}`);
  await phone.bringToFront();
  await press(phone, 'Devices');
  await showsText(phone, `${title(0)} · ${tracks[0]?.artist}`);
  const [name = ''] = await phone.$$eval('[role="dialog"] li button[aria-pressed="false"] .font-medium', (names) =>
    names.map(({ textContent }) => textContent),
  );
  await phone.click('[role="dialog"] li button[aria-pressed="false"]');
  await showsText(phone, `Playing on ${name}`);
  await press(phone, 'Next');
  const stateOf = (page: Page) =>
    page.evaluate(`(() => {
      const { status, queue, index } = globalThis[Symbol.for('enxame.tab')].player.state();
      return { status, title: queue[index]?.track.title };
    })()`) as Promise<{ status: string; title?: string }>;
  await until('the next track there', async () => (await stateOf(desk)).title === title(1));
  await showsText(phone, title(1));
  expect((await stateOf(phone)).status).toBe('idle');
  await press(phone, `Devices, Playing on ${name}`);
  await press(phone, `Continue here: ${name}`);
  await until('the track here', async () => (await stateOf(phone)).title === title(1));
  expect((await stateOf(desk)).status).toBe('paused');
});
