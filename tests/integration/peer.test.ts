/** Headless peers as processes against the real product: what one keeps the other gets from it, over real data channels. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeSession } from '@/cli/client/credentials';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Grant, PeerAdmission } from '@/lib/contracts/playback';
import { ADMIN, addPerson, importMusic, type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { type BundledCli, bundleCli } from '../support/cli';
import { makeMusic } from '../support/music';
import {
  type CountedOrigin,
  countedOrigin,
  importDemoMusic,
  PEER_SOURCE,
  type PeerProcess,
  startPeer,
  watchSwarm,
} from '../support/peers';
import { openSocket } from '../support/signaling';
import { SubsonicApp } from '../support/subsonic';

interface Played {
  bytes: { cache: number; peer: number; origin: number };
  stalls: number;
  sha256: string;
  links: { peer: string; sent: number; received: number }[];
}
interface Closed {
  totals: { uploaded: number };
}

let product: Product;
let origin: CountedOrigin;
let folder: string;
let bundle: BundledCli;
let track: Track;
let fileHash: string;
const running = new Set<PeerProcess>();

function peer(data: string, ...args: string[]): PeerProcess {
  const started = startPeer([bundle.path], folder, ['--server', product.url, '--data', join(folder, data), ...args]);
  running.add(started);
  void started.ended.then(() => running.delete(started));
  return started;
}

async function end(which: PeerProcess, signal: NodeJS.Signals): Promise<number | null> {
  which.process.kill(signal);
  return which.ended;
}

/** As if somebody had signed in with the client. @param config the folder that it then reads */
async function savedSession(config: string, session: { cookie: string; email: string }): Promise<void> {
  const before = process.env.XDG_CONFIG_HOME;
  process.env.XDG_CONFIG_HOME = config;
  await writeSession(product.url, session);
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-peers-'));
  origin = await countedOrigin();
  bundle = await bundleCli(PEER_SOURCE);
  product = await startProduct({ LOG_LEVEL: 'warn', ORIGIN_URL: origin.url });
  origin.lead(product.url);
  await savedSession(folder, { cookie: product.cookie(), email: ADMIN.email });
  const found = (await importDemoMusic(product)).find(({ title }) => title === 'Waggle Dance');
  if (found === undefined) throw new Error('no such track');
  track = found;
  const file = await readFile(join('demo-music', 'Quiet Hive', '02 Waggle Dance.mp3'));
  fileHash = createHash('sha256').update(file).digest('hex');
});
afterAll(async () => {
  await Promise.all([...running].map((each) => end(each, 'SIGKILL')));
  await product?.stop();
  await origin?.close();
  await bundle?.remove();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => origin.withhold(false));

describe('two peers in terminals', () => {
  it('one keeps a track and the other gets most of it from there, as both, the origin and the tracker count', async () => {
    const keeper = peer('keeper', 'keep', track.id);
    expect(await keeper.said('keeping')).toMatchObject({ kept: 1, of: 1 });
    const before = origin.counted().bytes;
    expect(before).toBeGreaterThan(800_000);
    const swarm = await watchSwarm(product);
    const out = join(folder, 'waggle.mp3');
    // On a machine that links slowly the origin would be asked for most: it keeps back all that does not come with the grant.
    origin.withhold(true);
    const player = peer('player', '--cache-mb', '64', 'play', '--fast', '--out', out, 'waggle', 'dance');
    const played = await player.said<Played>('played');
    expect(await player.ended).toBe(0);
    expect(played.bytes.peer).toBeGreaterThan(0.5 * (played.bytes.peer + played.bytes.origin));
    expect(origin.counted().bytes - before).toBeLessThan(played.bytes.peer);
    expect(played.sha256).toBe(fileHash);
    expect(
      createHash('sha256')
        .update(await readFile(out))
        .digest('hex'),
    ).toBe(fileHash);
    await until(
      'both ends to have told the tracker',
      () => (swarm.latest()?.totals.uploaded ?? 0) >= played.bytes.peer,
    );
    swarm.close();
    expect(await end(keeper, 'SIGTERM')).toBe(0);
    const closed = await keeper.said<Closed>('closed');
    expect(closed.totals.uploaded, JSON.stringify(keeper.lines())).toBeGreaterThanOrEqual(played.bytes.peer);
  });

  it('a keeper that was killed serves from its disk, and asks nothing of the origin', async () => {
    const first = peer('keeper', 'keep', track.id);
    await first.said('keeping');
    await end(first, 'SIGKILL');
    const before = origin.counted();
    const again = peer('keeper', 'keep', track.id);
    await again.said('keeping');
    expect(await again.said('kept')).toMatchObject({ bytes: { peer: 0, origin: 0 } });
    expect(origin.counted()).toEqual(before);
    origin.withhold(true);
    const player = peer('another', 'play', '--fast', track.id);
    const played = await player.said<Played>('played');
    expect(played.sha256).toBe(fileHash);
    expect(played.bytes.peer).toBeGreaterThan(0.5 * (played.bytes.peer + played.bytes.origin));
    expect(await end(again, 'SIGINT')).toBe(130);
  });

  it('a chunk that was spoilt on disk is noticed and fetched anew', async () => {
    const [version = ''] = await readdir(join(folder, 'keeper', 'assets'));
    const chunk = join(folder, 'keeper', 'assets', version, '3');
    const right = await readFile(chunk);
    const wrong = Buffer.from(right);
    wrong[1000] = (wrong[1000] ?? 0) ^ 1;
    await writeFile(chunk, wrong);
    const before = origin.counted().bytes;
    const keeper = peer('keeper', 'keep', track.id);
    expect(await keeper.said('kept')).toMatchObject({ bytes: { peer: 0, origin: right.length } });
    expect(origin.counted().bytes - before).toBe(right.length);
    await until('it on disk', async () => (await readFile(chunk)).equals(right));
    const player = peer('a third', 'play', '--fast', track.id);
    expect(await player.said('played')).toMatchObject({ sha256: fileHash });
    expect(await end(keeper, 'SIGTERM')).toBe(0);
  });
});

describe('an account that is deleted', () => {
  const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };

  it('loses its tab, its app’s download, its place in the swarm and its ticket', async () => {
    const bob = await addPerson(product, BOB);
    const config = join(folder, 'bob');
    const long = await makeMusic(join(folder, 'long'), { format: 'wav', name: 'Long', seconds: 120 });
    await importMusic(product, dirname(long));
    const { tracks } = await product.api<{ tracks: Track[] }>('GET', '/api/search?q=Long');
    // It serves a peer,
    await mkdir(config, { recursive: true });
    await savedSession(config, { cookie: bob.cookie(), email: BOB.email });
    const data = ['--server', product.url, '--data', join(folder, 'bobs')];
    const keeper = startPeer([bundle.path], config, [...data, 'keep', track.id]);
    running.add(keeper);
    await keeper.said('keeping');
    const swarm = await watchSwarm(product);
    // plays in a tab,
    const peerId = newId();
    const { token } = await bob.api<PeerAdmission>('POST', '/api/peer', { peerId });
    const tab = openSocket(product.url, { token });
    await new Promise<void>((resolve) => tab.once('connect', () => resolve()));
    const { originUrl, ticket } = await bob.api<Grant>('POST', '/api/playback', { trackId: track.id, peerId });
    const chunk = () =>
      fetch(new URL(originUrl, product.url), { headers: { authorization: `Bearer ${ticket}`, range: 'bytes=0-99' } });
    expect((await chunk()).status).toBe(206);
    // and downloads in an app.
    const { password } = await bob.api<{ password: string }>('POST', '/api/app-passwords', { name: 'Phone' });
    const app = new SubsonicApp(product.url, { u: BOB.email, p: password });
    const download = await app.fetch('download', { id: tracks[0]?.id ?? '' });
    expect(download.headers.get('content-type')).toMatch(/^audio/);
    const { account } = await bob.api<{ account: { id: string } }>('GET', '/api/me');
    const isThere = () => swarm.latest()?.peers.some(({ accountId }) => accountId === account.id);
    await until('both of its peers', isThere);

    const said = new Promise((resolve) => tab.once('bye', resolve));
    await bob.api('POST', '/api/me/delete', { currentPassword: BOB.password });
    expect(await said).toEqual({ code: 'not_signed_in' });
    await until('its peers gone', () => isThere() === false);
    await expect(download.arrayBuffer()).rejects.toThrow();
    await until('its ticket void', async () => (await chunk()).status === 403);
    expect(await app.failure('ping')).toBe(40);
    await expect(bob.api('GET', '/api/playlists')).rejects.toThrow('401');
    swarm.close();
    await end(keeper, 'SIGTERM');
  });
});

describe('a peer that cannot', () => {
  it.each([
    ['an unknown command', ['sing'], 2, /unknown command/],
    ['nothing to keep', ['keep'], 2, /--all/],
    ['what is no id', ['keep', 'nothing'], 2, /not the id/],
    ['a track that is not there', ['keep', 'A'.repeat(22)], 4, /There is no track/],
    ['a cache of nothing', ['--cache-mb', '0', 'play', 'a'], 2, /MiB/],
    ['a server that is not there', ['--server', 'http://127.0.0.1:9', 'play', 'a'], 3, /Sign in/],
  ])('%s', async (_, args, code, says) => {
    const ended = peer('none', ...args);
    expect(await ended.ended).toBe(code);
    expect(ended.errors()).toMatch(says);
    expect(ended.errors()).not.toMatch(/\n\s+at /);
  });

  it('a folder that another peer uses', async () => {
    const keeper = peer('keeper', 'keep', track.id);
    await keeper.said('peer');
    const second = peer('keeper', 'play', track.id);
    expect(await second.ended).toBe(2);
    expect(second.errors()).toContain('in use by another peer');
    expect(await end(keeper, 'SIGTERM')).toBe(0);
  });
});
