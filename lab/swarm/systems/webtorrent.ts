import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrackFile } from '../music';
import { PACKAGES, publishFile, startClientSite } from './client-site';
import type { System } from './system';

const PORT = 3003;

/** WebTorrent in the browser, the origin as a web seed. */
export const webtorrent: System = {
  name: 'webtorrent',
  start: (context) => startClientSite({ client: 'webtorrent', port: PORT, publish }, context),
};

async function publish(track: TrackFile, folder: string, site: string): Promise<string> {
  const name = await publishFile(track, folder);
  // Its scope is the folder it stands in.
  await copyFile(join(PACKAGES, 'webtorrent', 'dist', 'sw.min.js'), join(folder, 'sw.min.js'));
  const torrent = await makeTorrent(join(folder, name), name, site);
  await writeFile(join(folder, `${name}.torrent`), torrent);
  return `${name}.torrent`;
}

async function makeTorrent(path: string, name: string, site: string): Promise<Uint8Array> {
  const { default: createTorrent } = await import('create-torrent');
  const announceList = [[`ws://${new URL(site).host}`]];
  return new Promise((done, failed) => {
    createTorrent(path, { name, announceList, urlList: [`${site}/${name}`] }, (error, torrent) =>
      error === null ? done(torrent) : failed(error),
    );
  });
}
