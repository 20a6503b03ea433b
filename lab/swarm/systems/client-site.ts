/** What the systems compared with share: a folder with a page, its script and its tracks, served on the origin's host. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'puppeteer-core';
import { startServer, untilReady } from '@/testing/processes';
import type { ClientTrack } from '../clients/page';
import type { TrackFile } from '../music';
import { onHost } from '../network/commands';
import { clickOn, restOn } from './click';
import type { Service, StartContext, Tab, TrackSet } from './system';

const START_TIMEOUT_MS = 60_000;
const HERE = join(import.meta.dirname, '..');

/** Packages of this folder: they are not the product's. */
export const PACKAGES = join(HERE, 'node_modules');

export interface ClientSite {
  /** Name of the script in clients/. */
  client: string;
  port: number;
  /** Makes what is played of one file, in `folder`. @returns its address relative to the page */
  publish(track: TrackFile, folder: string, site: string): Promise<string>;
}

export async function startClientSite(
  { client, port, publish }: ClientSite,
  { network, music, folder, cleaner }: StartContext,
): Promise<Service> {
  const { origin } = network;
  const site = `http://${origin.address}:${port}`;
  const publishAll = async (trackSet: TrackSet, tracks: TrackFile[]) => {
    const into = join(folder, trackSet);
    await mkdir(into, { recursive: true });
    const list: ClientTrack[] = [];
    for (const track of tracks)
      list.push({ title: track.title, url: await publish(track, into, `${site}/${trackSet}`) });
    await writeFile(join(into, 'tracks.json'), JSON.stringify(list));
    await writeFile(
      join(into, 'index.html'),
      '<!doctype html><title>Bench</title><body><script src="../client.js"></script>',
    );
  };
  await publishAll('measured', [music.measured]);
  await publishAll('evening', music.evening);
  await bundle(client, join(folder, 'client.js'));
  const [command = '', ...args] = onHost(origin.namespace);
  const main = [join(HERE, 'origin', 'main.ts'), origin.address, String(port), folder];
  const server = startServer(command, [...args, process.execPath, '--import', 'tsx', ...main], {});
  cleaner.add(client, () => server.stop());
  await untilReady(client, server, () => fetch(site), START_TIMEOUT_MS);
  return {
    site,
    async open(page, _listener, trackSet) {
      await page.goto(`${site}/${trackSet}/`, { waitUntil: 'networkidle0' });
      await page.waitForFunction('globalThis.__client !== undefined');
      return tabOf(page);
    },
  };
}

/** The file itself, under a plain name. */
export async function publishFile(track: TrackFile, folder: string): Promise<string> {
  const name = `${track.title.toLowerCase().replaceAll(' ', '-')}.mp3`;
  await symlink(track.path, join(folder, name));
  return name;
}

async function bundle(client: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(HERE, 'clients', `${client}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
}

function tabOf(page: Page): Tab {
  return {
    page,
    rest: (track) => restOn(page, `#play${track}`),
    press: (track) => clickOn(page, `#play${track}`),
    next: () => clickOn(page, '#next'),
    aim: (share) => restOn(page, '#jump', share),
    jump: (share) => clickOn(page, '#jump', share),
    loaded: async () => (await page.evaluate('__client.loaded()')) as number,
  };
}
