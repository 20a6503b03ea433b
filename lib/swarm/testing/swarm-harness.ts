/**
 * A whole swarm in one process: real peers, real sealing and signatures; the tracker, the links and the origin are in memory, so that each
 * can be made slow, lying or dead.
 */
import { chunkCount, plainRange, sealedRange, sealedSize } from '@/lib/assets/geometry';
import { manifestDigest, signManifest } from '@/lib/assets/manifest';
import { pieceStatement } from '@/lib/assets/piece';
import { hashChunk, importContentKey, sealChunk } from '@/lib/assets/seal';
import { signTicket } from '@/lib/assets/tickets';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { EnxameError } from '@/lib/contracts/errors';
import type { Ranges } from '@/lib/contracts/fields';
import { newId } from '@/lib/contracts/ids';
import { HASH_BYTES, type Manifest, manifestHeadLength } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import type { Message } from '@/lib/contracts/messages';
import { type Grant, TICKET_LIFE_S } from '@/lib/contracts/playback';
import type { Report, SharingMode } from '@/lib/contracts/signaling';
import type { SoundFirst } from '@/lib/contracts/sound-first';
import type { SwarmPeer } from '@/lib/swarm/api';
import { createSwarmPeer } from '@/lib/swarm/peer/swarm-peer';
import { MemoryStore } from '@/lib/swarm/store/memory-store';
import type { ChunkStore } from '@/lib/swarm/store/store';
import type { Signaling, SignalingEvents } from '@/lib/swarm/tracker-client/signaling';
import type { Clock } from '@/lib/util/clock';
import { type FakeNetwork, fakeNetwork } from './fake-link';

export interface HarnessAsset {
  trackId: string;
  versionId: string;
  plain: Uint8Array<ArrayBuffer>;
  durationS: number;
  sealed: Uint8Array<ArrayBuffer>;
  manifest: Manifest;
  manifestBytes: Uint8Array<ArrayBuffer>;
  rawKey: Uint8Array<ArrayBuffer>;
}

const NOTHING = Promise.resolve(null);

interface Member {
  events: SignalingEvents;
  have: Map<string, Ranges>;
}

export class SwarmHarness {
  readonly network: FakeNetwork;
  readonly assets = new Map<string, HarnessAsset>();
  readonly reports: (Report & { from: string })[] = [];
  readonly members = new Map<string, Member>();
  /** What peers told the tracker that they are likely to play. */
  readonly hints: { from: string; version: string }[] = [];
  /** What they told it that they take no part in any more. */
  readonly left: { from: string; version: string }[] = [];
  /** Sealed bytes that left the origin, by who asked. */
  readonly fromOrigin = new Map<string, number>();
  /** What every new request to the origin meets. */
  origin: 'ok' | 'dead' | { refuses: EnxameError } = 'ok';
  gatewayUp = true;
  /** The origin can send what sound needs ahead of the rest. */
  sendsPieces = true;
  /** How often it did. */
  pieces = 0;
  /** The origin's rate for each request, bytes a second of the harness's clock. */
  originBps = 4_000_000;
  /** How long the origin's bytes take to a peer, ms; in its place where the line is shared. */
  originMs: (bytes: number, to: string) => number = (bytes) => (bytes * 1000) / this.originBps;
  grants = 0;
  private readonly peers: SwarmPeer[] = [];

  private constructor(
    private readonly keys: CryptoKeyPair,
    private readonly publicKey: string,
    readonly clock: Clock,
  ) {
    this.network = fakeNetwork(this.clock);
  }

  /** @param clock whoever makes it also lets its time pass */
  static async create(clock: Clock): Promise<SwarmHarness> {
    const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
    const { x } = await crypto.subtle.exportKey('jwk', keys.publicKey);
    return new SwarmHarness(keys, x ?? '', clock);
  }

  get privateKey(): CryptoKey {
    return this.keys.privateKey;
  }

  async addAsset(chunks: number, secondsPerChunk: number, chunkSize = 65_536): Promise<HarnessAsset> {
    const versionId = newId();
    const size = chunks * chunkSize - 1000;
    const plain = new Uint8Array(size);
    for (let i = 0; i < size; i += 65_536) crypto.getRandomValues(plain.subarray(i, Math.min(size, i + 65_536)));
    const rawKey = crypto.getRandomValues(new Uint8Array(32));
    const key = await importContentKey(rawKey, ['encrypt']);
    const geometry = { size, chunkSize };
    const sealed = new Uint8Array(sealedSize(geometry));
    const hashes = new Uint8Array(chunkCount(geometry) * HASH_BYTES);
    for (let i = 0, at = 0; i < chunkCount(geometry); i++) {
      const { start, end } = plainRange(geometry, i);
      const chunk = await sealChunk(key, versionId, i, plain.subarray(start, end));
      sealed.set(chunk, at);
      hashes.set(await hashChunk(chunk), i * HASH_BYTES);
      at += chunk.length;
    }
    const durationS = chunks * secondsPerChunk;
    const manifest: Manifest = {
      version: versionId,
      ...geometry,
      ...mp3Sound,
      durationS,
      seek: { header: [], firstAudio: 0, endAudio: size, points: pointsOf(size, durationS) },
      chunks,
      hashes,
    };
    const manifestBytes = await signManifest(manifest, this.keys.privateKey);
    const asset = { trackId: newId(), versionId, plain, durationS, sealed, manifest, manifestBytes, rawKey };
    this.assets.set(asset.trackId, asset);
    return asset;
  }

  addPeer(
    options: {
      mode?: SharingMode;
      store?: ChunkStore;
      peerId?: string;
      isBusy?: () => boolean;
      log?: (message: string) => void;
    } = {},
  ): SwarmPeer {
    const peerId = options.peerId ?? newId();
    const peer = createSwarmPeer({
      peerId,
      gateway: {
        admit: async () => {
          if (!this.gatewayUp) throw new EnxameError('unavailable', 'Could not reach the server.');
          const now = this.clock.now();
          return {
            token: 'token',
            expiresAt: now + 300_000,
            signalingUrl: '',
            iceServers: [],
            publicKey: this.publicKey,
            now,
          };
        },
        grant: (trackId) => this.grant(trackId, peerId),
        grantWithHead: async (trackId) => {
          const grant = await this.grant(trackId, peerId);
          const sound = await this.sound(grant);
          return { grant: sound?.grant ?? grant, head: sound === null ? this.head(grant.versionId) : NOTHING, sound };
        },
      },
      store: options.store ?? new MemoryStore(this.clock),
      signaling: this.signalingOf(peerId),
      connect: this.network.connectFor(peerId),
      fetch: (input, init) => this.serve(peerId, String(input), init),
      clock: this.clock,
      mode: options.mode ?? 'considerate',
      ...(options.log && { log: options.log }),
      cpu: () => ({ isBusy: options.isBusy ?? (() => false), close: () => {} }),
    });
    this.peers.push(peer);
    return peer;
  }

  /** The peer is gone without a word, as in a crash. */
  async kill(peer: SwarmPeer): Promise<void> {
    this.network.cut(peer.peerId);
    this.members.delete(peer.peerId);
    await peer.close();
    for (const member of this.members.values()) member.events.gone(peer.peerId, false);
  }

  /** The tracker tells everybody else that the peer is gone. @param ended it may be here no more */
  tellGone(peer: SwarmPeer, ended: boolean): void {
    for (const [id, member] of this.members) if (id !== peer.peerId) member.events.gone(peer.peerId, ended);
  }

  tell(fact: Message): void {
    for (const member of this.members.values()) member.events.fact(fact);
  }

  async close(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  async grant(trackId: string, peerId: string): Promise<Grant> {
    this.grants++;
    if (!this.gatewayUp) throw new EnxameError('unavailable', 'Could not reach the server.');
    const asset = this.assets.get(trackId);
    if (asset === undefined) throw new EnxameError('not_found', 'This track does not exist.');
    const expiresAt = this.clock.now() + TICKET_LIFE_S * 1000;
    return {
      track: someTrack({ id: trackId, durationS: asset.durationS }),
      versionId: asset.versionId,
      size: asset.plain.length,
      durationS: asset.durationS,
      mime: 'audio/mpeg',
      manifest: {
        digest: await manifestDigest(asset.manifestBytes),
        inline: Buffer.from(asset.manifestBytes).toString('base64'),
        url: `/origin/${asset.versionId}/manifest`,
      },
      key: Buffer.from(asset.rawKey).toString('base64'),
      originUrl: `/origin/${asset.versionId}`,
      ticket: await signTicket({ peer: peerId, version: asset.versionId, expiresAt }, this.keys.privateKey),
      expiresAt,
      plainUrl: `/api/stream/${trackId}`,
    };
  }

  /** What comes with a grant. */
  head: (versionId: string) => Promise<Uint8Array<ArrayBuffer> | null> = async () => null;

  /** What comes ahead of all else, in its place. */
  sound: (grant: Grant) => Promise<SoundFirst | null> = async () => null;

  private async serve(peerId: string, url: string, init: RequestInit | undefined): Promise<Response> {
    await this.wait(5);
    if (this.origin === 'dead') throw new TypeError('fetch failed');
    if (typeof this.origin === 'object') {
      const { code } = this.origin.refuses;
      return Response.json({ type: `urn:enxame:error:${code}`, title: code, status: 410, code }, { status: 410 });
    }
    const [path, query = ''] = url.split('?');
    const [, version, part] = /^\/origin\/([^/]*)(\/.*)?$/.exec(path ?? '') ?? [];
    const asset = [...this.assets.values()].find(({ versionId }) => versionId === version);
    if (asset === undefined) return new Response(null, { status: 404 });
    if (part === '/manifest') return new Response(asset.manifestBytes);
    if (part === '/sound-first' && this.sendsPieces) {
      return this.send(peerId, await this.soundFirst(asset, new URLSearchParams(query)), 200, init?.signal);
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '');
    if (part !== undefined || range === null) {
      return Response.json({ type: 'x', title: 'not found', status: 404, code: 'not_found' }, { status: 404 });
    }
    return this.send(peerId, asset.sealed.slice(Number(range[1]), Number(range[2]) + 1), 206, init?.signal);
  }

  /** A piece, its signature, and the chunks without it. */
  private async soundFirst(asset: HarnessAsset, query: URLSearchParams): Promise<Uint8Array<ArrayBuffer>> {
    const { manifest, manifestBytes, versionId, sealed } = asset;
    const number = (name: string) => Number(query.get(name));
    const { start, end } = { start: number('start'), end: number('end') };
    const first = sealedRange(manifest, number('from')).start;
    const last = sealedRange(manifest, number('to') - 1).end;
    const piece = { start, bytes: sealed.slice(start, end) };
    const manifestHead = manifestBytes.slice(0, manifestHeadLength(manifestBytes));
    const statement = await pieceStatement({ versionId, manifestHead }, piece);
    const signature = await crypto.subtle.sign('Ed25519', this.keys.privateKey, statement);
    this.pieces++;
    return new Uint8Array(
      Buffer.concat([
        piece.bytes,
        new Uint8Array(signature),
        sealed.subarray(first, start),
        sealed.subarray(end, last),
      ]),
    );
  }

  private send(
    peerId: string,
    all: Uint8Array<ArrayBuffer>,
    status: number,
    signal: AbortSignal | null | undefined,
  ): Response {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const bytes = all.slice(at, at + 16_384);
        await this.wait(this.originMs(bytes.length, peerId));
        if (this.origin !== 'ok') return controller.error(new TypeError('network error'));
        if (signal?.aborted) return controller.error(signal.reason);
        this.fromOrigin.set(peerId, (this.fromOrigin.get(peerId) ?? 0) + bytes.length);
        controller.enqueue(bytes);
        at += bytes.length;
        if (at >= all.length) controller.close();
      },
    });
    return new Response(body, { status });
  }

  private signalingOf(self: string): Signaling {
    const others = (version: string) =>
      [...this.members].filter(([peer, { have }]) => peer !== self && have.has(version));
    return {
      start: (events) => {
        this.members.set(self, { events, have: new Map() });
        this.clock.after(1, () => events.state('up'));
      },
      join: async (version, _ticket, have, ahead) => {
        await this.wait(2);
        if (ahead) this.hints.push({ from: self, version });
        else {
          this.members.get(self)?.have.set(version, have);
          for (const [, { events }] of others(version)) events.coverage(version, [{ peer: self, have }]);
        }
        return others(version).map(([peer, member]) => ({ peer, have: member.have.get(version) ?? [] }));
      },
      have: (version, have) => {
        this.members.get(self)?.have.set(version, have);
        for (const [, { events }] of others(version)) events.coverage(version, [{ peer: self, have }]);
      },
      leave: (version) => {
        this.left.push({ from: self, version });
        this.members.get(self)?.have.delete(version);
      },
      signal: async (to, link, signal) => {
        await this.wait(2);
        this.members.get(to)?.events.signal({ from: self, link, signal });
      },
      report: (report) => {
        this.reports.push({ ...report, from: self });
      },
      close: () => {
        this.members.delete(self);
      },
    };
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, () => resolve()));
  }
}

/** One a second, as the catalogue makes them. */
function pointsOf(size: number, durationS: number): number[] {
  return Array.from({ length: Math.ceil(durationS) }, (_, s) => [s * 1000, Math.floor((s * size) / durationS)]).flat();
}
