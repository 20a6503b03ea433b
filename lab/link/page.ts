/**
 * One end of a link, in a page: the product's own link, session, uploads, hash and cache, or a bare data channel beside them. Which bytes go
 * over it is of no matter, so the chunks are sealed here.
 */
import '../swarm/clients/process';
import { CHUNK_BYTES, TAG_BYTES } from '@/lib/assets/geometry';
import { hashChunk } from '@/lib/assets/seal';
import { newId } from '@/lib/contracts/ids';
import { HASH_BYTES, type Manifest } from '@/lib/contracts/manifest';
import { CachedAsset } from '@/lib/swarm/asset/cached-asset';
import type { Dial, Link } from '@/lib/swarm/connections/link';
import { PeerSession } from '@/lib/swarm/connections/peer-session';
import { simplePeerConnect } from '@/lib/swarm/connections/simple-peer-link';
import { Uploads } from '@/lib/swarm/connections/uploads';
import { openIdbStore } from '@/lib/swarm/store/idb-store';
import { systemClock } from '@/lib/util/clock';

const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
/** Requests under way, as the plan's window has them over a quick link: MAX_PEER_FLIGHTS. */
const WINDOW = 64;
const MESSAGE_BYTES = 16_384;
/** A bare sender waits at this many queued bytes, and goes on at half of them. */
const QUEUED_BYTES = 1024 * 1024;

declare const __signal: (text: string) => void;

const version = newId();
let dial: Dial | null = null;
let link: Link | null = null;
let chunks: Uint8Array<ArrayBuffer>[] = [];
let manifest: Manifest | null = null;
let bare: { connection: RTCPeerConnection; channel: Promise<RTCDataChannel> } | null = null;
/** What the other page said before this one had opened its end. */
const early: string[] = [];
/** Seconds that the bare channel's bytes took, once they are expected. */
let bareArrived: Promise<number> | null = null;
const longest = { ms: 0 };

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration);
}).observe({ type: 'longtask' });

/** @returns what the other end must know of them */
async function makeChunks(count: number): Promise<{ version: string; hashes: number[] }> {
  chunks = Array.from({ length: count }, () => randomBytes(SEALED_BYTES));
  const hashes = await Promise.all(chunks.map((chunk) => hashChunk(chunk)));
  manifest = manifestOf(hashes.flatMap((hash) => [...hash]));
  return { version, hashes: [...manifest.hashes] };
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += CHUNK_BYTES) crypto.getRandomValues(bytes.subarray(at, at + CHUNK_BYTES));
  return bytes;
}

function manifestOf(hashes: number[]): Manifest {
  const count = hashes.length / HASH_BYTES;
  return {
    ...{ version, size: count * CHUNK_BYTES, chunkSize: CHUNK_BYTES, chunks: count, hashes: Uint8Array.from(hashes) },
    ...{ mime: 'audio/mpeg', container: 'mp3', codec: 'mp3', sampleRate: 44_100, channels: 2, bitsPerSample: null },
    durationS: count * 2,
    seek: { header: [], firstAudio: 0, endAudio: count * CHUNK_BYTES, points: [] },
  };
}

function connect(initiator: boolean): Promise<void> {
  const made = simplePeerConnect(systemClock)({
    peer: newId(),
    initiator,
    ice: { iceServers: [], relayOnly: false },
    onSignal: (text) => __signal(JSON.stringify({ link: text })),
  });
  dial = made;
  void hearEarly();
  return made.link.then((open) => {
    link = open;
  });
}

function serve(): void {
  // What made the chunks does not count.
  longest.ms = 0;
  sessionOver(chunks.length, async (_version, chunk) => chunks[chunk] ?? null);
}

/** @returns seconds until every chunk is here, hashed, and handed to the cache, and until the cache has them on disk */
async function fetchAll(hashes: number[], of: string): Promise<{ hereS: number; keptS: number }> {
  longest.ms = 0;
  const wanted = manifestOf(hashes);
  const store = await openIdbStore({
    name: `bench-${newId()}`,
    clock: systemClock,
    estimate: async () => navigator.storage.estimate(),
    log: () => {},
  });
  const held = await store.use(of, { trackId: newId(), manifest: new Uint8Array(1) });
  const cached = new CachedAsset(of, newId(), wanted, new Uint8Array(), held, store);
  const session = sessionOver(wanted.chunks, async () => null);
  session.showTicket(of, 'ticket');
  const began = performance.now();
  let next = 0;
  await new Promise<void>((resolve, reject) => {
    let left = wanted.chunks;
    const ask = () => {
      if (next >= wanted.chunks) return;
      const chunk = next++;
      session.request({
        ...{ versionId: of, chunk, priority: 'prefetch' },
        done: async (sealed) => {
          if (!(await cached.verifyAndKeep(chunk, sealed))) reject(new Error(`chunk ${chunk} is wrong`));
          if (--left === 0) resolve();
          ask();
        },
        failed: (reason) => reject(new Error(`chunk ${chunk}: ${reason}`)),
      });
    };
    for (let i = 0; i < WINDOW; i++) ask();
  });
  const hereS = (performance.now() - began) / 1000;
  await store.close();
  return { hereS, keptS: (performance.now() - began) / 1000 };
}

function sessionOver(count: number, read: (version: string, chunk: number) => Promise<Uint8Array | null>): PeerSession {
  if (link === null) throw new Error('no link');
  return new PeerSession({
    link,
    clock: systemClock,
    uploads: new Uploads({ clock: systemClock, notServing: () => null, read, capBps: Number.POSITIVE_INFINITY }),
    checkTicket: async () => Date.now() + 3_600_000,
    geometry: () => ({ size: count * CHUNK_BYTES, chunkSize: CHUNK_BYTES, chunks: count }),
    onAdmitted: () => {},
    onHave: () => {},
    onBytes: () => {},
    onBroken: (reason) => console.error(reason),
  });
}

function openBare(initiator: boolean): Promise<void> {
  const connection = new RTCPeerConnection();
  const channel = new Promise<RTCDataChannel>((resolve) => {
    const ready = (made: RTCDataChannel) => {
      made.binaryType = 'arraybuffer';
      if (made.readyState === 'open') resolve(made);
      else made.onopen = () => resolve(made);
    };
    if (initiator) ready(connection.createDataChannel('bare'));
    else connection.ondatachannel = (event) => ready(event.channel);
  });
  bare = { connection, channel };
  void hearEarly();
  connection.onicecandidate = ({ candidate }) => {
    if (candidate) __signal(JSON.stringify({ bare: { candidate } }));
  };
  if (initiator) {
    void connection
      .setLocalDescription()
      .then(() => __signal(JSON.stringify({ bare: { sdp: connection.localDescription } })));
  }
  return channel.then(() => {});
}

async function sendBare(bytes: number): Promise<void> {
  const channel = await bare?.channel;
  if (channel === undefined) throw new Error('no channel');
  const message = randomBytes(MESSAGE_BYTES);
  channel.bufferedAmountLowThreshold = QUEUED_BYTES / 2;
  for (let sent = 0; sent < bytes; sent += MESSAGE_BYTES) {
    if (channel.bufferedAmount > QUEUED_BYTES)
      await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
    channel.send(message);
  }
}

/** To be called before the other page sends: a message that nobody waits for is lost. */
async function expectBare(bytes: number): Promise<void> {
  const channel = await bare?.channel;
  if (channel === undefined) throw new Error('no channel');
  bareArrived = new Promise((resolve) => {
    let began = 0;
    let received = 0;
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      began ||= performance.now();
      received += data.byteLength;
      if (received >= bytes) resolve((performance.now() - began) / 1000);
    };
  });
}

/** @returns seconds from the first message to the last */
async function receiveBare(): Promise<number> {
  if (bareArrived === null) throw new Error('nothing is expected');
  return bareArrived;
}

async function onSignal(text: string): Promise<void> {
  const signal = JSON.parse(text) as {
    link?: string;
    bare?: { sdp?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit };
  };
  const end = signal.link === undefined ? bare : dial;
  if (end === null) {
    early.push(text);
    return;
  }
  if (signal.link !== undefined) dial?.signal(signal.link);
  if (signal.bare === undefined || bare === null) return;
  const { connection } = bare;
  if (signal.bare.candidate) await connection.addIceCandidate(signal.bare.candidate);
  if (signal.bare.sdp) {
    await connection.setRemoteDescription(signal.bare.sdp);
    if (signal.bare.sdp.type === 'offer') {
      await connection.setLocalDescription();
      __signal(JSON.stringify({ bare: { sdp: connection.localDescription } }));
    }
  }
}

/** In the order in which it was said; what is for the other kind of link is kept. */
async function hearEarly(): Promise<void> {
  for (const text of early.splice(0)) await onSignal(text);
}

/** Both links end. @returns the longest task of this page since the product's chunks began to go over, ms */
function end(): number {
  dial?.close();
  bare?.connection.close();
  link = null;
  return longest.ms;
}

Object.assign(globalThis, {
  __end: { makeChunks, connect, serve, fetchAll, openBare, expectBare, sendBare, receiveBare, onSignal, end },
});
