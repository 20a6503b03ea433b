import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealedRange, sealedSize } from '@/lib/assets/geometry';
import { isChunk, manifestDigest, verifyManifest } from '@/lib/assets/manifest';
import { isSignedPiece } from '@/lib/assets/piece';
import { importContentKey, openChunk } from '@/lib/assets/seal';
import { makeWav } from '@/lib/assets/testing/wav';
import { signTicket } from '@/lib/assets/tickets';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type Manifest, manifestHeadLength } from '@/lib/contracts/manifest';
import type { RpcResult } from '@/lib/contracts/rpc';
import { openMediaStore } from '@/lib/media-store/open';
import { createOrigin, type Origin } from '@/lib/origin/origin';
import { SWEEP_MS } from '@/lib/origin/readers';
import { SOURCE_STALE_MS } from '@/lib/origin/sources';
import { newContentKey, sealHolder, wrapKey } from '@/lib/sealing/encryption';
import { createSealer, type Sealer } from '@/lib/sealing/sealer';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { eventually, until } from '@/testing/wait';

const secrets = deriveSecrets('a secret of thirty-two characters');
const signingKeyPem = secrets.signingKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** Few, so that taking all of them is cheap. */
const LIMITS = { total: 16, perPeer: 4, perAccount: 8 };
const PAGE = 'https://music.example.org';

const media = openMediaStore({ kind: 'folder' });
let folder: string;
let sealer: Sealer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-origin-'));
  sealer = createSealer({ media, threads: 1 });
});
afterAll(async () => {
  await sealer.close();
  await rm(folder, { recursive: true, force: true });
});

interface Asset {
  path: string;
  plain: Buffer;
  key: Uint8Array;
  source: RpcResult<'catalog.source'>;
  manifest: Manifest;
  ticket: string;
}

/** Writes a file of some seconds of sound and seals it, as the catalog does. */
async function makeAsset(seconds = 1.5): Promise<Asset> {
  const versionId = newId();
  const path = join(folder, `${versionId}.wav`);
  const plain = makeWav(seconds);
  await writeFile(path, plain);
  const key = newContentKey();
  const sealed = await sealer.seal({ mediaKey: path, versionId, key, signingKeyPem });
  return {
    path,
    plain,
    key,
    manifest: await verifyManifest(sealed.manifest, secrets.publicKey),
    source: {
      versionId,
      trackId: newId(),
      mediaKey: path,
      size: sealed.size,
      mtimeMs: sealed.mtimeMs,
      mime: 'audio/wav',
      wrappedKey: Buffer.from(wrapKey(secrets.masterKey, versionId, key)).toString('base64'),
      manifest: Buffer.from(sealed.manifest).toString('base64'),
    },
    ticket: await ticketFor(versionId),
  };
}

const ticketFor = (version: string, expiresAt = Date.now() + 60_000, account = newId()) =>
  signTicket({ peer: newId(), version, holder: sealHolder(secrets.holderKey, account), expiresAt }, secrets.signingKey);

let catalog: Map<string, Asset>;
let origin: Origin;
let server: Server;
let address: string;
const retire = vi.fn(async () => undefined);
const loads = vi.fn();
const accountOf = vi.fn(async (): Promise<{ accountId: string }> => ({ accountId: 'ana' }));
const disabled = new Set<string>();
/** While the catalog is away nothing that is asked of it is answered. */
let catalogIsAway = false;
/** Answers of the catalog that are still to come, by version. */
const catalogAnswers = new Map<string, Promise<RpcResult<'catalog.source'>>>();
let clock: HandClock;

beforeEach(async () => {
  catalog = new Map();
  retire.mockClear();
  loads.mockClear();
  disabled.clear();
  catalogAnswers.clear();
  catalogIsAway = false;
  clock = new HandClock();
  origin = createOrigin({
    async source(versionId) {
      loads(versionId);
      if (catalogIsAway) throw new EnxameError('unavailable', 'The message broker is unavailable.');
      const asset = catalog.get(versionId);
      if (asset !== undefined) return asset.source;
      const later = catalogAnswers.get(versionId);
      if (later !== undefined) return await later;
      throw new EnxameError('not_found', 'No such version.');
    },
    retire,
    async plain({ trackId }) {
      if (catalogIsAway) throw new EnxameError('unavailable', 'The message broker is unavailable.');
      const asset = [...catalog.values()].find(({ source }) => source.trackId === trackId);
      if (asset === undefined) throw new EnxameError('track_withdrawn', 'Withdrawn.');
      const { mediaKey, size, mtimeMs, mime, versionId } = asset.source;
      return { mediaKey, size, mtimeMs, mime, versionId };
    },
    accountOf,
    isDisabled: async (account) => disabled.has(account),
    networkOf: (request) => request.socket.remoteAddress ?? '',
    media,
    secrets,
    clock,
    limits: LIMITS,
    allowedOrigins: [PAGE],
    log: pino({ level: 'silent' }),
  });
  server = createServer((request, response) => {
    if (!origin.handle(request, response)) response.writeHead(418).end();
  });
  // No connection is closed for being idle while a test asks on it again.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await origin.close();
  server.closeAllConnections();
  server.close();
});

async function serve(seconds?: number): Promise<Asset> {
  const asset = await makeAsset(seconds);
  catalog.set(asset.source.versionId, asset);
  return asset;
}

let big: Promise<Asset> | undefined;
/** More than the buffers of a system hold of one connection; sealed once for all tests. */
async function serveBig(): Promise<Asset> {
  big ??= makeAsset(120);
  const asset = await big;
  catalog.set(asset.source.versionId, asset);
  return asset;
}

/** Once nothing more is sent for a while, buffers of kernel and process are full. @returns bytes sent */
async function sentNoMore(): Promise<number> {
  let [sent, same] = [0, 0];
  await until('nothing more to be sent', () => {
    const now = origin.stats().bytesSent;
    same = now > 0 && now === sent ? same + 1 : 0;
    sent = now;
    return same >= 10;
  });
  return sent;
}

const requestOf = (versionId: string, ticket: string) =>
  `GET /origin/${versionId} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ticket}\r\n\r\n`;
const bearer = (ticket: string) => ({ authorization: `Bearer ${ticket}` });
const urlOf = (asset: Asset) => `${address}/origin/${asset.source.versionId}`;
const ask = (asset: Asset, range?: string, more: Record<string, string> = {}) =>
  fetch(urlOf(asset), { headers: { ...bearer(asset.ticket), ...(range === undefined ? {} : { range }), ...more } });
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('sealed assets', () => {
  it('are served whole: each chunk is what the manifest says and opens to the file', async () => {
    const asset = await serve();
    const response = await ask(asset);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(sealedSize(asset.manifest)));
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('cache-control')).toContain('max-age=31536000');
    const sealed = await bytesOf(response);
    const key = await importContentKey(asset.key, ['decrypt']);
    const opened: Uint8Array[] = [];
    for (let index = 0; index < asset.manifest.chunks; index++) {
      const { start, end } = sealedRange(asset.manifest, index);
      const chunk = sealed.subarray(start, end);
      expect(await isChunk(asset.manifest, index, chunk)).toBe(true);
      opened.push(await openChunk(key, asset.source.versionId, index, chunk));
    }
    expect(Buffer.concat(opened).equals(asset.plain)).toBe(true);
    expect(origin.stats().bytesSent).toBe(sealed.length);
  });

  it('are served by ranges that need not keep to chunks', async () => {
    const asset = await serve();
    const whole = await bytesOf(await ask(asset));
    const cases: [string, number, number][] = [
      ['bytes=0-65551', 0, 65_552],
      ['bytes=65552-131103', 65_552, 131_104],
      ['bytes=10-20', 10, 21],
      ['bytes=65000-140000', 65_000, 140_001],
      ['bytes=-100', whole.length - 100, whole.length],
      ['bytes=200000-', 200_000, whole.length],
    ];
    for (const [range, start, end] of cases) {
      const response = await ask(asset, range);
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${whole.length}`);
      expect(Buffer.from(await bytesOf(response)).equals(whole.subarray(start, end))).toBe(true);
    }
    expect(loads).toHaveBeenCalledTimes(1);
  });

  it('are served with a signed piece ahead of the rest of its chunks', async () => {
    const asset = await serve();
    const { versionId, manifest } = asset.source;
    const whole = await bytesOf(await ask(asset));
    const { end: last } = sealedRange(asset.manifest, 1);
    const soundFirst = (query: string, ticket = asset.ticket, more = {}) =>
      fetch(`${urlOf(asset)}/sound-first?${query}`, { headers: { ...bearer(ticket), ...more } });
    const response = await soundFirst('from=0&to=2&start=60000&end=70000');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(last + 64)]);
    const bytes = await bytesOf(response);
    const [piece, signature] = [bytes.slice(0, 10_000), bytes.slice(10_000, 10_064)];
    expect(Buffer.from(piece).equals(whole.subarray(60_000, 70_000))).toBe(true);
    const rest = Buffer.concat([whole.subarray(0, 60_000), whole.subarray(70_000, last)]);
    expect(rest.equals(bytes.subarray(10_064))).toBe(true);
    const manifestBytes = Buffer.from(manifest, 'base64');
    const of = { versionId, manifestHead: manifestBytes.subarray(0, manifestHeadLength(manifestBytes)) };
    expect(await isSignedPiece(of, { start: 60_000, bytes: piece, signature }, secrets.publicKey)).toBe(true);
    const part = await soundFirst('from=0&to=2&start=60000&end=70000', asset.ticket, { range: 'bytes=9990-10099' });
    expect([part.status, await bytesOf(part)]).toEqual([206, bytes.slice(9990, 10_100)]);
    for (const query of [
      'from=0&to=1&start=60000&end=70000',
      'from=1&to=2&start=60000&end=70000',
      'from=1&to=1&start=0&end=1',
      'from=0&to=99&start=0&end=1',
      'from=0&to=2&start=9&end=9',
      'from=0&to=3&start=0&end=131073',
    ])
      expect((await soundFirst(query)).status, query).toBe(400);
    expect((await soundFirst('from=0&to=1&start=0')).status).toBe(404);
    expect((await soundFirst('from=0&to=1&start=0&end=9', await ticketFor(newId()))).status).toBe(403);
  });

  it('answer HEAD, If-Range, If-None-Match and what lies outside', async () => {
    const asset = await serve();
    const size = sealedSize(asset.manifest);
    const head = await fetch(urlOf(asset), {
      method: 'HEAD',
      headers: { ...bearer(asset.ticket), range: 'bytes=0-9' },
    });
    expect(head.status).toBe(206);
    expect(head.headers.get('content-length')).toBe('10');
    const etag = head.headers.get('etag') ?? '';
    expect((await ask(asset, 'bytes=0-9', { 'if-range': etag })).status).toBe(206);
    expect((await ask(asset, 'bytes=0-9', { 'if-range': '"other"' })).status).toBe(200);
    expect((await ask(asset, undefined, { 'if-none-match': etag })).status).toBe(304);
    const outside = await ask(asset, `bytes=${size}-`);
    expect(outside.status).toBe(416);
    expect(outside.headers.get('content-range')).toBe(`bytes */${size}`);
    const post = await fetch(urlOf(asset), { method: 'POST', headers: bearer(asset.ticket) });
    expect(post.status).toBe(405);
  });

  it('come with their manifest', async () => {
    const asset = await serve();
    const response = await fetch(`${urlOf(asset)}/manifest`, { headers: bearer(asset.ticket) });
    const bytes = await bytesOf(response);
    expect(await verifyManifest(bytes, secrets.publicKey)).toEqual(asset.manifest);
    expect(response.headers.get('etag')).toBe(`"${await manifestDigest(bytes)}"`);
    expect(response.headers.get('vary')).toContain('authorization');
    expect((await fetch(`${urlOf(asset)}/manifest`)).status).toBe(401);
  });

  it('need a valid ticket for this very version', async () => {
    const asset = await serve();
    const refusals: [string, number, string][] = [
      ['', 401, 'bad_token'],
      ['Bearer nonsense', 401, 'bad_token'],
      [`Bearer ${'a'.repeat(5000)}`, 401, 'bad_token'],
      [`Basic ${asset.ticket}`, 401, 'bad_token'],
      [`Bearer ${await ticketFor(asset.source.versionId, Date.now() - 60_000)}`, 401, 'bad_token'],
      [`Bearer ${await ticketFor(newId())}`, 403, 'forbidden'],
    ];
    for (const [authorization, status, code] of refusals) {
      const response = await fetch(urlOf(asset), { headers: authorization === '' ? {} : { authorization } });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await codeOf(response)).toBe(code);
    }
    expect(loads).not.toHaveBeenCalled();
  });

  it('stop being served when a remembered ticket ends', async () => {
    const asset = await serve();
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
    try {
      expect((await ask(asset, 'bytes=0-9')).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });

  it('say that a version is unknown, and that an address is no version', async () => {
    const versionId = newId();
    const unknown = await fetch(`${address}/origin/${versionId}`, { headers: bearer(await ticketFor(versionId)) });
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'not_found']);
    for (const path of ['/origin/', '/origin/short', `/origin/${versionId}/other`, '/api/stream/x?peer=y']) {
      expect((await fetch(`${address}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${address}/album/1`)).status).toBe(418);
  });

  it('may be fetched by pages of the named origins only', async () => {
    const asset = await serve();
    const preflight = await fetch(urlOf(asset), {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const ours = await ask(asset, 'bytes=0-9', { origin: PAGE });
    expect(ours.headers.get('access-control-allow-origin')).toBe(PAGE);
    const refused = await fetch(urlOf(asset), { headers: { origin: PAGE } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, PAGE]);
    const strangers = await ask(asset, 'bytes=0-9', { origin: 'https://elsewhere.example' });
    expect(strangers.headers.get('access-control-allow-origin')).toBeNull();
    expect(strangers.headers.get('vary')).toContain('origin');
  });
});

describe('a file that is not what was sealed', () => {
  /** Overwrites one byte, and puts the old times back. */
  async function tamper(asset: Asset, position: number): Promise<void> {
    const before = await stat(asset.path);
    const file = await open(asset.path, 'r+');
    await file.write(Buffer.from([(asset.plain[position] ?? 0) ^ 1]), 0, 1, position);
    await file.close();
    await utimes(asset.path, before.atime, before.mtime);
  }

  it('edited in place with its time put back: not one byte of the chunk leaves, the version is retired once', async () => {
    const asset = await serve();
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    await tamper(asset, 5);
    for (let i = 0; i < 3; i++) {
      const response = await ask(asset, 'bytes=0-99');
      expect([response.status, await codeOf(response)]).toEqual([410, 'version_retired']);
    }
    expect(retire).toHaveBeenCalledTimes(1);
    expect(retire).toHaveBeenCalledWith(asset.source.versionId, 'file_changed');
  });

  it('edited further on: what was sent is right, and the body ends broken before what is not', async () => {
    const asset = await serve(3);
    const whole = await bytesOf(await ask(asset));
    await tamper(asset, 65_536 * 4 + 7);
    const got: Buffer[] = [];
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(urlOf(asset), { headers: bearer(asset.ticket) }, resolve).on('error', reject);
    });
    response.on('data', (piece: Buffer) => got.push(piece));
    await expect(once(response, 'end')).rejects.toThrow('aborted');
    const bytes = Buffer.concat(got);
    expect(bytes.length).toBeLessThanOrEqual(sealedRange(asset.manifest, 4).start);
    expect(bytes.equals(whole.subarray(0, bytes.length))).toBe(true);
    expect(retire).toHaveBeenCalledWith(asset.source.versionId, 'file_changed');
  });

  it('grown, cut or removed', async () => {
    const [grown, cut, removed] = [await serve(), await serve(), await serve()];
    await writeFile(grown.path, Buffer.concat([grown.plain, Buffer.from('more')]));
    await truncate(cut.path, 70_000);
    await rm(removed.path);
    expect(await codeOf(await ask(grown, 'bytes=0-99'))).toBe('version_retired');
    expect(await codeOf(await ask(cut, 'bytes=0-99'))).toBe('version_retired');
    expect(await codeOf(await ask(removed, 'bytes=0-99'))).toBe('file_missing');
    expect(retire.mock.calls).toEqual([
      [grown.source.versionId, 'file_changed'],
      [cut.source.versionId, 'file_changed'],
      [removed.source.versionId, 'file_missing'],
    ]);
  });

  it('removed while its size still counts as checked', async () => {
    const asset = await serve();
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    await rename(asset.path, `${asset.path}.away`);
    expect(await codeOf(await ask(asset, 'bytes=0-9'))).toBe('file_missing');
  });

  it('moved while its place is remembered: it is read where the catalog knows it now', async () => {
    const asset = await serve();
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    const moved = `${asset.path}.moved.wav`;
    await rename(asset.path, moved);
    asset.source = { ...asset.source, mediaKey: moved };
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    expect(retire).not.toHaveBeenCalled();
  });

  it('is asked for again once the catalog says so, or could not be told', async () => {
    const asset = await serve();
    await rename(asset.path, `${asset.path}.away`);
    retire.mockRejectedValueOnce(new EnxameError('unavailable', 'Nobody answers.'));
    expect((await ask(asset, 'bytes=0-9')).status).toBe(410);
    expect((await ask(asset, 'bytes=0-9')).status).toBe(410);
    expect(retire).toHaveBeenCalledTimes(2);
    await rename(`${asset.path}.away`, asset.path);
    expect((await ask(asset, 'bytes=0-9')).status).toBe(410);
    origin.forget(asset.source.versionId);
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
  });
});

describe('the plain route', () => {
  const plainUrl = (asset: Asset) => `${address}/api/stream/${asset.source.trackId}?peer=${newId()}`;

  it('streams the file by ranges to whoever is signed in', async () => {
    const asset = await serve();
    const whole = await fetch(plainUrl(asset));
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(Buffer.from(await bytesOf(whole)).equals(asset.plain)).toBe(true);
    const part = await fetch(plainUrl(asset), { headers: { range: 'bytes=100000-100099' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await bytesOf(part)).equals(asset.plain.subarray(100_000, 100_100))).toBe(true);
  });

  it('refuses with the reason of the session or of the catalog', async () => {
    const asset = await serve();
    accountOf.mockRejectedValueOnce(new EnxameError('not_signed_in', 'Sign in first.'));
    const stranger = await fetch(plainUrl(asset));
    expect([stranger.status, await codeOf(stranger)]).toEqual([401, 'not_signed_in']);
    catalog.delete(asset.source.versionId);
    const withdrawn = await fetch(plainUrl(asset));
    expect([withdrawn.status, await codeOf(withdrawn)]).toEqual([403, 'track_withdrawn']);
  });

  it('gives nothing of a file with another time or size', async () => {
    const [touched, removed] = [await serve(), await serve()];
    await utimes(touched.path, new Date(), new Date(Date.now() + 5000));
    expect(await codeOf(await fetch(plainUrl(touched)))).toBe('version_retired');
    await rm(removed.path);
    expect(await codeOf(await fetch(plainUrl(removed)))).toBe('file_missing');
    expect(retire).toHaveBeenCalledTimes(2);
  });
});

describe('readers', () => {
  it('that take nothing make it read nothing more, and that leave free what they held', async () => {
    const asset = await serveBig();
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(requestOf(asset.source.versionId, asset.ticket));
    const sent = await sentNoMore();
    expect(sent).toBeLessThan(sealedSize(asset.manifest) / 2);
    expect(origin.stats().activeRequests).toBe(1);
    socket.destroy();
    await eventually(() => expect(origin.stats().activeRequests).toBe(0));
  });

  it('are told when the catalog cannot be reached, and the health says so', async () => {
    expect(origin.health()).toEqual({ status: 'ok' });
    const asset = await serve();
    loads.mockImplementationOnce(() => {
      throw new EnxameError('unavailable', 'The catalog does not answer.');
    });
    expect((await ask(asset, 'bytes=0-9')).status).toBe(503);
    expect(origin.health().status).toBe('degraded');
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
  });

  it('learn nothing of what went wrong inside', async () => {
    const asset = await serve();
    asset.source.wrappedKey = randomBytes(60).toString('base64');
    const response = await ask(asset, 'bytes=0-9');
    expect(response.status).toBe(500);
    expect(JSON.stringify(await response.json())).not.toContain(folder);
  });

  it('are ended when the origin closes, and refused afterwards', async () => {
    const asset = await serve();
    await origin.close();
    expect(origin.health().status).toBe('down');
    const response = await ask(asset, 'bytes=0-9');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('readers that would take the origin from others', () => {
  let big: Asset;
  beforeEach(async () => {
    big = await serveBig();
  });

  function open(request: string): Socket {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(request);
    return socket;
  }

  /** Connections that ask for a whole asset and read nothing behind the first bytes. */
  const readSlowly = (count: number, ticket: string): Promise<Socket[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const socket = open(requestOf(big.source.versionId, ticket));
        await once(socket, 'data');
        return socket.pause();
      }),
    );

  /** Requests of one tab of `account` that wait for the catalog. @returns their connections' ends */
  async function wait(account: string, count: number): Promise<Promise<unknown>[]> {
    const before = origin.stats().activeRequests;
    const version = newId();
    catalogAnswers.set(version, new Promise(() => undefined));
    const request = requestOf(version, await ticketFor(version, undefined, account));
    const waiting = Array.from({ length: count }, () => once(open(request), 'close'));
    await eventually(() => expect(origin.stats().activeRequests).toBe(before + count));
    return waiting;
  }

  it('with one ticket have a share of it, and others are served', async () => {
    const asset = await serve();
    const sockets = await readSlowly(LIMITS.total, big.ticket);
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    expect(origin.stats().activeRequests).toBeLessThanOrEqual(LIMITS.perPeer + 1);
    for (const socket of sockets) socket.destroy();
  });

  it('are cut off when they take less than the thinnest music needs', async () => {
    const [socket] = await readSlowly(1, big.ticket);
    await sentNoMore();
    clock.pass(10_000);
    expect(origin.stats().activeRequests).toBe(1);
    clock.pass(5_000);
    await eventually(() => expect(origin.stats().activeRequests).toBe(0));
    socket?.destroy();
  });

  it('with many accounts make room for one that has nothing', async () => {
    const share = LIMITS.perPeer;
    const waiting: Promise<unknown>[] = [];
    for (let i = 0; i < LIMITS.total / share; i++) waiting.push(...(await wait(newId(), share)));
    expect(origin.health().status).toBe('degraded');
    const asset = await serve();
    expect((await ask(asset, 'bytes=0-9')).status).toBe(206);
    await Promise.race(waiting);
    // The place of the one that was served is given back a moment after its last byte.
    await eventually(() => expect(origin.stats().activeRequests).toBe(LIMITS.total - 1));
  });

  it('one behind the other on one connection hold one place, and none when it is gone', async () => {
    const socket = open(requestOf(big.source.versionId, big.ticket).repeat(20));
    await once(socket, 'data');
    socket.pause();
    expect(origin.stats().activeRequests).toBe(1);
    socket.destroy();
    await eventually(() => expect(origin.stats().activeRequests).toBe(0));
  });

  it('of a disabled account are cut off and refused', async () => {
    const account = newId();
    const waiting = await wait(account, 2);
    origin.accountChanged(account, true);
    await Promise.all(waiting);
    const ticket = await ticketFor(big.source.versionId, undefined, account);
    const response = await fetch(urlOf(big), { headers: bearer(ticket) });
    expect([response.status, await codeOf(response)]).toEqual([403, 'account_disabled']);
  });

  it('of an account that was disabled unheard are cut off within a minute', async () => {
    const account = newId();
    const waiting = await wait(account, 1);
    disabled.add(account);
    clock.pass(SWEEP_MS);
    clock.pass(60_000 - SWEEP_MS);
    await Promise.all(waiting);
  });
});

describe('while the catalog is away', () => {
  it('what was granted before is served, sealed and plain, until no ticket can be valid', async () => {
    const [asset, ahead] = [await serve(), await serve()];
    const plainUrl = `${address}/api/stream/${asset.source.trackId}?peer=${newId()}`;
    const statuses = async () => {
      const asked = [ask(asset, 'bytes=0-9'), ask(ahead, 'bytes=0-9'), fetch(plainUrl)];
      return (await Promise.all(asked)).map(({ status }) => status);
    };
    expect([(await ask(asset, 'bytes=0-9')).status, (await fetch(plainUrl)).status]).toEqual([206, 200]);
    // Granted, and not asked for yet.
    origin.prepare(ahead.source.versionId);
    catalogIsAway = true;
    clock.pass(SOURCE_STALE_MS - 2_000);
    expect(await statuses()).toEqual([206, 206, 200]);
    expect(origin.health().status).toBe('degraded');
    clock.pass(2_000);
    expect(await statuses()).toEqual([503, 503, 503]);
  });

  it('what is known to be revoked is not served', async () => {
    const asset = await serve();
    const plainUrl = `${address}/api/stream/${asset.source.trackId}?peer=${newId()}`;
    expect([(await ask(asset, 'bytes=0-9')).status, (await fetch(plainUrl)).status]).toEqual([206, 200]);
    catalogIsAway = true;
    origin.forget(asset.source.versionId);
    expect([(await ask(asset, 'bytes=0-9')).status, (await fetch(plainUrl)).status]).toEqual([503, 503]);
  });
});
