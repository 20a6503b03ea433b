/** Playlists of two listeners, each with a browser of their own: shared, changed by both, taken back, in and out of files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import { openListener } from '@/testing/listener';
import { addPerson, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { faultsOf } from '../support/accessibility';
import { press, showsTracks as shows, showsText as text, write } from '../support/page';
import { importDemoMusic } from '../support/peers';
import { sharedAdmin, sharedChromium } from './shared';

const ANA = { name: 'Ana', email: 'ana@example.org', password: 'a long pass phrase' };
const RUI = { name: 'Rui', email: 'rui@example.org', password: 'a long pass phrase' };

let folder: string;
let tracks: Track[];
let chromium: Browser;
let contexts: BrowserContext[];
let owner: Session;
/** Ana's page, and Rui's. */
let ana: Page;
let rui: Page;
let playlistId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-playlists-'));
  const admin = sharedAdmin();
  tracks = await importDemoMusic(admin);
  // She sees the services, too.
  owner = await addPerson(admin, ANA, 'admin');
  const guest = await addPerson(admin, RUI);
  playlistId = newId();
  const trackIds = tracks.slice(0, 3).map(({ id }) => id);
  await owner.api('POST', '/api/playlists', { playlistId, name: 'Tarde', trackIds });
  await until('the playlist', () => owner.api('GET', `/api/playlists/${playlistId}`).catch(() => null));
  chromium = await sharedChromium();
  const [one, two] = [await chromium.createBrowserContext(), await chromium.createBrowserContext()];
  contexts = [one, two];
  ana = (await openListener(one, owner, `/playlists/${playlistId}`, (page) => page.setBypassCSP(true))).page;
  rui = (await openListener(two, guest, '/playlists')).page;
  for (const page of [ana, rui]) {
    await page.setViewport({ width: 1280, height: 900 });
    await press(page, 'Got it');
  }
});
afterAll(async () => {
  await Promise.all((contexts ?? []).map((context) => context.close()));
  await chromium?.disconnect();
  await rm(folder, { recursive: true, force: true });
});

const PLAYER = `globalThis[Symbol.for('enxame.tab')].player`;

const title = (n: number) => tracks[n]?.title ?? '';

describe('a playlist', () => {
  it('is moved with the keyboard and by dragging, and taken back', async () => {
    await shows(ana, [title(0), title(1), title(2)]);
    const handle = (n: number) =>
      ana.waitForSelector(`aria/Reorder ${title(n)}. Use the up and down arrow keys.[role="button"]`);
    await (await handle(2))?.focus();
    await ana.keyboard.press('ArrowUp');
    await shows(ana, [title(0), title(2), title(1)]);
    await text(ana, 'Track moved');
    await press(ana, 'Undo');
    await shows(ana, [title(0), title(1), title(2)]);
    await text(ana, 'Change undone');

    const from = await (await handle(0))?.boundingBox();
    const to = await (await handle(2))?.boundingBox();
    if (!from || !to) throw new Error('no handles');
    await ana.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await ana.mouse.down();
    await ana.mouse.move(to.x + to.width / 2, to.y + to.height, { steps: 8 });
    await ana.mouse.up();
    await shows(ana, [title(1), title(2), title(0)]);
    await until('the server to have it so', async () => {
      const page = await owner.api<{ entries: { trackId: string }[] }>('GET', `/api/playlists/${playlistId}`);
      return page.entries[2]?.trackId === tracks[0]?.id;
    });
  });

  it('gives what is selected to the queue, from the menu of a right click', async () => {
    const rows = await ana.$$('main [role="row"]');
    // Between the links of the row.
    const offset = { x: 220, y: 14 };
    await rows[0]?.click({ offset });
    await ana.keyboard.down('Shift');
    await rows[1]?.click({ offset });
    await ana.keyboard.up('Shift');
    await ana.keyboard.press('ArrowDown');
    await ana.keyboard.down('Shift');
    await ana.keyboard.press('ArrowUp');
    await ana.keyboard.up('Shift');
    const selected = () => ana.$$eval('main [aria-selected="true"]', (found) => found.map((row) => row.ariaRowIndex));
    expect(await selected()).toEqual(['2', '3']);
    await rows[1]?.click({ button: 'right', offset });
    await press(ana, 'Add to queue', 'menuitem');
    await text(ana, 'Added 2 tracks to the queue');
    // A double click on a row, and not only its button, plays.
    await rows[2]?.click({ count: 2, offset });
    await press(ana, 'Queue');
    await ana.waitForSelector('#side-panel [role="row"]');
    await text(ana, 'End of queue');
    expect(await ana.evaluate(`${PLAYER}.state().queue.length`)).toBe(3);
    await rows[0]?.click({ button: 'right', offset });
    await press(ana, 'Play next', 'menuitem');
    await ana.waitForSelector('#side-panel [aria-label="Next up"][aria-rowcount="1"]');
  });

  it('is queued by the thousand: what is in sight is drawn, and changes of the queue are taken back', async () => {
    await ana.evaluate(`(() => {
      const tracks = ${PLAYER}.state().queue.map((item) => item.track);
      ${PLAYER}.playNow(Array.from({ length: 10000 }, (_, n) => tracks[n % tracks.length]), 0);
    })()`);
    const list = '#side-panel [aria-label="Next up"]';
    const length = (count: number) => ana.waitForSelector(`${list}[aria-rowcount="${count}"]`);
    const drawn = () => ana.$$eval(`${list} [role="row"]`, (rows) => rows.length);
    const focused = (row: number) => ana.waitForFunction(`document.activeElement?.ariaRowIndex === '${row}'`);
    const keyAt = (place: number) => ana.evaluate(`${PLAYER}.state().queue.at(${place}).key`);
    const undo = async (said: string) => {
      await text(ana, said);
      await ana.evaluate(`[...document.querySelectorAll('[data-sonner-toast]')]
        .find((toast) => toast.textContent.includes(${JSON.stringify(said)})).querySelector('button').click()`);
    };
    await length(9999);
    // Once what draws long lists is loaded: until then the first rows stand there.
    const first = await ana.waitForSelector(`${list} [role="row"][style*="absolute"]`);
    expect(await drawn()).toBeLessThan(60);
    await first?.focus();
    await ana.keyboard.press('End');
    await focused(9999);
    expect(await drawn()).toBeLessThan(60);
    const last = await keyAt(-1);
    await ana.keyboard.down('Alt');
    await ana.keyboard.press('ArrowUp');
    await ana.keyboard.up('Alt');
    await focused(9998);
    expect(await keyAt(-2)).toBe(last);
    await undo('Moved in queue');
    await focused(9999);
    await ana.keyboard.press('Delete');
    await length(9998);
    await undo('Removed from queue');
    await length(9999);
    expect(await keyAt(-1)).toBe(last);
    await press(ana, 'Clear queue');
    await text(ana, 'End of queue');
    expect(await ana.evaluate(`${PLAYER}.state().status`)).not.toBe('idle');
    await undo('Queue cleared');
    await length(9999);
    await press(ana, 'Close panel');
    await ana.evaluate(`${PLAYER}.clear()`);
  });

  it('is shared with a listener by their name, at once, who changes it; both see both', async () => {
    await press(ana, 'Share');
    await press(ana, 'Specific people They can view and edit it.', 'radio');
    await write(ana, 'Add people', 'ru');
    await press(ana, 'Share with Rui');
    await text(ana, 'Saved');
    // Nothing else is pressed.
    await text(rui, 'by Ana');
    expect(await ana.content()).not.toContain(RUI.email);
    await press(ana, 'Done');
    await rui.click(`a[href="/playlists/${playlistId}"]`);
    await shows(rui, [title(1), title(2), title(0)]);
    expect(await rui.$('aria/Share[role="button"]')).toBeNull();

    await press(rui, 'More options');
    await press(rui, 'Edit details', 'menuitem');
    const field = await rui.waitForSelector('input[name="name"]');
    await field?.click({ count: 3 });
    await field?.type('Tarde de dois');
    await press(rui, 'Save');
    await text(ana, 'Tarde de dois');

    await until('the dialog to be gone', async () => (await rui.$('[role="dialog"]')) === null);
    await press(rui, `More options for ${title(2)}`);
    await press(rui, 'Remove from this playlist', 'menuitem');
    await shows(rui, [title(1), title(0)]);
    await shows(ana, [title(1), title(0)]);

    await press(ana, 'More options');
    await press(ana, 'Change history', 'menuitem');
    await text(ana, 'Rui removed tracks');
    // The newest change's, and not a notice's.
    await (await ana.waitForSelector('[role="dialog"] ::-p-aria(Undo)'))?.click();
    await text(ana, 'Change undone');
    await ana.keyboard.press('Escape');
    await shows(ana, [title(1), title(2), title(0)]);
    await shows(rui, [title(1), title(2), title(0)]);
  });

  it('comes from a file, which says what is not here', async () => {
    const file = join(folder, 'outra.m3u8');
    await writeFile(
      file,
      `#EXTM3U\n#EXTINF:1,${tracks[0]?.artist} - ${title(0)}\na.mp3\n#EXTINF:1,Nobody - Never heard\nb.mp3\n`,
    );
    await ana.goto(`${owner.url}/playlists`);
    const input = await ana.waitForSelector('input[type="file"]');
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
    await text(ana, 'Never heard');
    await press(ana, 'Close');
    await shows(ana, [title(0)]);
  });

  it('is deleted, and comes back', async () => {
    await ana.goto(`${owner.url}/playlists/${playlistId}`);
    await press(ana, 'More options');
    await press(ana, 'Delete playlist', 'menuitem');
    await press(ana, 'Delete');
    await text(ana, 'Playlist deleted');
    await press(ana, 'Undo');
    await until('it to be listed again', () => ana.$(`a[href="/playlists/${playlistId}"]`));
  });

  it('is accessible, and what lists it, and the services, in both themes, on a phone and on a desk', async () => {
    const paths = [`/playlists/${playlistId}`, '/playlists', '/admin/services'];
    expect(await faultsOf(ana, owner.url, paths)).toEqual([]);
  });
});
