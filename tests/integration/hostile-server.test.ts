/**
 * A listener and a malicious peer, both admitted by the real server and linked over WebRTC. Whatever it does, what is read is right, memory stays
 * bounded, and who broke a rule is dropped or named. That no chunk is late is shown in virtual time (hostile.test.ts): here both ends share
 * this process with the load they make.
 */
import wrtc from '@roamhq/wrtc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signTicket } from '@/lib/assets/tickets';
import { ServerConnection } from '@/lib/client/connection';
import { GATEWAY_TIMEOUT_MS, httpGateway } from '@/lib/client/gateway';
import { httpClient } from '@/lib/client/http';
import type { Track } from '@/lib/contracts/catalog';
import type { Frame } from '@/lib/contracts/frames';
import { newId } from '@/lib/contracts/ids';
import type { Grant } from '@/lib/contracts/playback';
import { loadSecrets } from '@/lib/secrets/secrets';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { simplePeerConnect } from '@/lib/swarm/connections/simple-peer-link';
import { createSwarmPeer } from '@/lib/swarm/peer/swarm-peer';
import { MemoryStore } from '@/lib/swarm/store/memory-store';
import { SignalingClient } from '@/lib/swarm/tracker-client/signaling-client';
import { systemClock } from '@/lib/util/clock';
import { type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { type Behaviour, MaliciousWebrtcPeer } from '@/tests/support/malicious-webrtc-peer';
import { importDemoMusic, watchSwarm } from '../support/peers';

/** How much of the track is read. */
const READ_CHUNKS = 12;
/** As sound plays that reads this much in four seconds. */
const BYTES_PER_SECOND = 3 * 65_536;
/** What floods may leave behind in this process, which is both ends: bytes. */
const MEMORY_GROWTH = 200 * 2 ** 20;

let product: Product;
let track: Track;
let rssBefore: number;
let maliciousPeers: MaliciousWebrtcPeer[];
let listener: SwarmPeer | null;
let connection: ServerConnection | null;
let said: string[];

beforeAll(async () => {
  product = await startProduct({ LOG_LEVEL: 'warn', MAX_STREAMS: '100' });
  const found = (await importDemoMusic(product)).find(({ title }) => title === 'Hum of the Queen');
  if (found === undefined) throw new Error('no such track');
  track = found;
  // Sealed once for all tests.
  await product.api('POST', '/api/playback', { trackId: track.id, peerId: newId() });
  rssBefore = process.memoryUsage().rss;
});
afterEach(async () => {
  for (const malicious of maliciousPeers) malicious.leave();
  await listener?.close();
  connection?.close();
  maliciousPeers = [];
  listener = null;
  connection = null;
});
afterAll(() => product?.stop());

/** A malicious peer that is in the swarm of the track, and says that it has all of it. */
async function maliciousPeerWith(behave: Behaviour, join = true): Promise<MaliciousWebrtcPeer> {
  const malicious = new MaliciousWebrtcPeer(product, behave);
  maliciousPeers = [...(maliciousPeers ?? []), malicious];
  const { versionId, ticket } = await malicious.arrive(track.id);
  if (join) expect(await malicious.ask('join', { version: versionId, ticket, have: [0, 10] })).toHaveProperty('ok');
  return malicious;
}

async function openListener(): Promise<{ peer: SwarmPeer; asset: OpenAsset }> {
  const headers = () => ({ cookie: product.cookie(), origin: product.url });
  const peerId = newId();
  said = [];
  const gateway = httpGateway(peerId, httpClient({ server: product.url, headers, timeoutMs: GATEWAY_TIMEOUT_MS }));
  const log = (message: string) => said.push(message);
  connection = new ServerConnection({ admit: () => gateway.admit(), origin: product.url, clock: systemClock, log });
  const peer = createSwarmPeer({
    peerId,
    gateway,
    store: new MemoryStore(systemClock),
    signaling: new SignalingClient(connection),
    connect: simplePeerConnect(systemClock, wrtc),
    fetch: (input, init) => fetch(new URL(String(input), product.url), init),
    clock: systemClock,
    mode: 'considerate',
    log,
  });
  listener = peer;
  return { peer, asset: await peer.open(track.id) };
}

/** Reads the beginning of the track as a player does that has nothing buffered yet. Bytes are checked against the signed manifest on the way. */
async function readBeginning(asset: OpenAsset): Promise<void> {
  const { chunkSize } = asset.manifest;
  for (let at = 0; at < READ_CHUNKS * chunkSize; at += chunkSize) {
    asset.hint({ playing: true, timeS: at / BYTES_PER_SECOND, bufferedS: 0 });
    expect(await asset.read(at, at + chunkSize)).toHaveLength(chunkSize);
  }
}

/** Plays beside the malicious peer from the moment that both are linked. */
async function playBeside(malicious: MaliciousWebrtcPeer) {
  const { peer, asset } = await openListener();
  // Nothing is wanted meanwhile: the origin would bring it before the malicious peer is there.
  await until('the link', () => malicious.dropped || (malicious.linked && peer.snapshot().links.length > 0));
  await readBeginning(asset);
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(MEMORY_GROWTH);
  return { peer, asset };
}

/** Waits until the tracker has paired them. */
const paired = (malicious: MaliciousWebrtcPeer, peer: SwarmPeer) =>
  until('the pair', async () => {
    const answer = await malicious.ask('signal', { to: peer.peerId, link: newId(), signal: '{"candidate":{}}' });
    return 'ok' in answer;
  });
const dropped = (malicious: MaliciousWebrtcPeer) =>
  until(
    () =>
      `the malicious peer to be dropped; it heard ${JSON.stringify(malicious.heard.map((f) => (f.type === 'ticket' ? 't' : f)))}; the listener said: ${said.join('; ')}`,
    () => malicious.dropped,
  );
const named = (malicious: MaliciousWebrtcPeer) =>
  until(
    () => `the malicious peer to be named: ${product.output().slice(-500)}`,
    () =>
      product
        .output()
        .split('\n')
        .some((line) => line.includes('blamed') && line.includes(malicious.id)),
  );

const SEALED = 65_552;

describe('over a real link', () => {
  it('wrong bytes: the peer is dropped, and the server is told who sent them', async () => {
    const malicious = await maliciousPeerWith((frame, self) => {
      if (frame.type === 'request') self.sendChunk(frame.request, new Uint8Array(SEALED).fill(frame.chunk));
    });
    const { asset } = await playBeside(malicious);
    expect(asset.bytes().peer).toBe(0);
    await dropped(malicious);
    await named(malicious);
  });

  it('a huge frame', async () => {
    const malicious = await maliciousPeerWith((frame, self) => {
      if (frame.type === 'request') self.sendRaw(new Uint8Array(200_000).fill(3));
    });
    await playBeside(malicious);
    await dropped(malicious);
    expect(said.join()).toContain('a malformed frame');
  });

  it('a flood of requests with leave', async () => {
    let flooding = false;
    const malicious = await maliciousPeerWith((frame, self) => {
      if (flooding || frame.type !== 'ticket' || self.grant === null) return;
      flooding = true;
      const version = self.grant.versionId;
      self.send({ type: 'ticket', version, ticket: self.grant.ticket });
      void flood(self, (i) => ({ type: 'request', request: i, version, chunk: 0, priority: 'urgent' }));
    });
    await playBeside(malicious);
    await dropped(malicious);
    expect(said.join()).toMatch(/a flood of frames|too many requests at once/);
  });
});

/** As many frames as it is let send. In slices, so that both ends, which share this process, take turns. */
async function flood(malicious: MaliciousWebrtcPeer, frameOf: (i: number) => Frame): Promise<void> {
  for (let i = 1; i <= 20_000 && !malicious.dropped; i++) {
    malicious.send(frameOf(i));
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('leave that is not its own', () => {
  it.each(['replayed', 'stolen', 'expired'] as const)('%s', async (kind) => {
    const { signingKey } = await loadSecrets({ secret: null, dataDir: product.dataDir }, null);
    let ticket = '';
    let shown = false;
    const malicious = await maliciousPeerWith((frame, self) => {
      if (frame.type !== 'ticket' || shown) return;
      shown = true;
      // What the listener has just shown names the listener.
      const mine = kind === 'replayed' ? frame.ticket : ticket;
      self.send({ type: 'ticket', version: frame.version, ticket: mine });
      self.send({ type: 'request', request: 1, version: frame.version, chunk: 0, priority: 'urgent' });
    });
    const version = malicious.grant?.versionId ?? '';
    if (kind === 'stolen') {
      const another = await product.api<Grant>('POST', '/api/playback', { trackId: track.id, peerId: newId() });
      ticket = another.ticket;
    }
    if (kind === 'expired') {
      ticket = await signTicket({ peer: malicious.id, version, expiresAt: Date.now() - 60_000 }, signingKey);
    }
    const { peer } = await playBeside(malicious);
    await until('the refusal', () =>
      malicious.heard.some((frame) => frame.type === 'refuse' && frame.request === 1 && frame.reason === 'bad_ticket'),
    );
    expect(malicious.heard.some(({ type }) => type === 'data' || type === 'have')).toBe(false);
    expect(peer.snapshot().totals.uploaded).toBe(0);
    if (kind !== 'replayed') {
      expect(await malicious.ask('join', { version, ticket, have: [] })).toMatchObject({
        error: { code: 'bad_token' },
      });
    }
  });

  it('a peer that was not assigned reaches nobody', async () => {
    const malicious = await maliciousPeerWith(() => {}, false);
    const { peer, asset } = await openListener();
    const playing = readBeginning(asset);
    const offer = JSON.stringify({ type: 'offer', sdp: 'v=0' });
    const answer = await malicious.ask('signal', { to: peer.peerId, link: newId(), signal: offer });
    expect(answer).toMatchObject({ error: { code: 'not_assigned' } });
    await playing;
    expect(peer.snapshot().links).toEqual([]);
  });
});

describe('lies and floods at the tracker', () => {
  it('false reports are not counted, and false blame harms nobody', async () => {
    const swarm = await watchSwarm(product);
    const malicious = await maliciousPeerWith(() => {});
    const { peer, asset } = await openListener();
    await paired(malicious, peer);
    const playing = readBeginning(asset);
    const before = await until('a first look', () => swarm.latest());
    const version = asset.grant.versionId;
    const much = { peer: peer.peerId, sent: 500_000_000, received: 0 };
    malicious.report({ links: [much], bytes: { cache: 0, peer: 0, origin: 0, uploaded: 500_000_000 } });
    malicious.report({ bytes: { cache: 0, peer: Number.MAX_SAFE_INTEGER, origin: 0, uploaded: 0 } });
    malicious.report({ blamed: [{ peer: peer.peerId, version, chunk: 0 }] });
    await until('the lies to be flagged', () => (swarm.latest()?.outliers ?? 0) >= (before.outliers ?? 0) + 2);
    expect(swarm.latest()?.totals.peer).toBe(before.totals.peer);
    await playing;
    expect(peer.snapshot().signaling).toBe('up');
    // Named, and still free to find others.
    const other = await maliciousPeerWith(() => {});
    await paired(other, peer);
    swarm.close();
  });

  it('a flood of signals', async () => {
    const malicious = await maliciousPeerWith(() => {});
    const { peer, asset } = await openListener();
    await paired(malicious, peer);
    const playing = readBeginning(asset);
    for (let i = 0; i < 5_000; i++) {
      const signal = i % 2 === 0 ? JSON.stringify({ type: 'offer', sdp: `v=0 ${i}` }) : 'x'.repeat(16_000);
      malicious.tell('signal', { to: peer.peerId, link: newId(), signal });
    }
    await playing;
    await until('the server to have had enough', async () => {
      if (!malicious.connected) return true;
      const answer = await malicious.ask('signal', { to: peer.peerId, link: newId(), signal: 'x' }).catch(() => null);
      return answer?.error?.code === 'too_many_requests';
    });
    expect(peer.snapshot().links.length).toBeLessThan(2);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(MEMORY_GROWTH);
  });
});
