/** One listener's peer: grant -> plan -> fetch -> verify -> store -> read. Composes the parts and holds the versions it takes part in. */
import { ChunkSet } from '@/lib/assets/ranges';
import { importContentKey } from '@/lib/assets/seal';
import { headChunk } from '@/lib/assets/seek/points';
import type { Gateway } from '@/lib/client/gateway';
import { EnxameError } from '@/lib/contracts/errors';
import type { Priority } from '@/lib/contracts/frames';
import type { GrantHead } from '@/lib/contracts/grant-head';
import type { Message } from '@/lib/contracts/messages';
import type { Grant } from '@/lib/contracts/playback';
import { REPORT_EVERY_MS, type SharingMode } from '@/lib/contracts/signaling';
import { orAborted } from '@/lib/util/abort';
import { Changes } from '@/lib/util/changes';
import type { Clock } from '@/lib/util/clock';
import type { OpenAsset, PeerSnapshot, SwarmPeer } from '../api';
import { GrantCache } from '../asset/grant-cache';
import { CachedAsset } from '../asset/cached-asset';
import { Leases } from '../asset/leases';
import { fromBase64, manifestFor } from '../asset/manifests';
import { Shelf } from '../asset/shelf';
import { Swarms } from '../asset/swarms';
import { PeerStats } from '../asset/peer-stats';
import { Version } from '../asset/version';
import type { Connect } from '../connections/link';
import { PeerPool } from '../connections/peer-pool';
import { Uploads } from '../connections/uploads';
import { type NotServing, notServing } from '../schedule/serve';
import type { ChunkStore } from '../store/store';
import { Admissions } from '../tracker-client/admissions';
import { Preloader } from '../tracker-client/preloader';
import type { Signaling, SignalingState } from '../tracker-client/signaling';

export interface SwarmPeerOptions {
  peerId: string;
  gateway: Gateway;
  store: ChunkStore;
  signaling: Signaling;
  connect: Connect;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  mode: SharingMode;
  /** The listener wants links through a relay alone, looked at for each; within seconds others are closed. */
  relayOnly?: () => boolean;
  /** Whether the connection costs the listener money. */
  metered?: () => boolean;
  /** Whether the processor is too busy to serve others. Told of each change by `onChange`. */
  cpu?: (onChange: () => void) => { isBusy(): boolean; close(): void };
  log?: (message: string) => void;
}

/** While the player waits for sound nothing is dialled, but no longer than this, ms: more than a first chunk takes, less than a listener notices. */
const NO_DIALS_MS = 400;

export function createSwarmPeer(options: SwarmPeerOptions): SwarmPeer {
  return new Peer(options);
}

class Peer implements SwarmPeer {
  readonly peerId: string;
  private readonly clock: Clock;
  private readonly store: ChunkStore;
  private readonly versions = new Map<string, Version>();
  private readonly stats = new PeerStats();
  private readonly admissions: Admissions;
  private readonly grants: GrantCache;
  private readonly uploads: Uploads;
  private readonly pool: PeerPool;
  private readonly leases: Leases;
  private readonly swarms: Swarms;
  private readonly shelf: Shelf;
  private readonly preloader: Preloader;
  private readonly changes: Changes;
  private readonly factListeners = new Set<(fact: Message) => void>();
  private readonly cpu: { isBusy(): boolean; close(): void } | undefined;
  private readonly closing = new AbortController();
  private mode: SharingMode;
  private signalingState: SignalingState = 'connecting';
  private shown: PeerSnapshot | null = null;
  private cancelReport: () => void = () => {};

  constructor(private readonly options: SwarmPeerOptions) {
    const { clock, signaling, gateway, store } = options;
    const log = options.log ?? (() => {});
    this.peerId = options.peerId;
    this.clock = clock;
    this.store = store;
    this.mode = options.mode;
    this.admissions = new Admissions(() => gateway.admit(), clock);
    this.grants = new GrantCache(
      (trackId) => gateway.grant(trackId, this.closing.signal),
      clock,
      () => this.admissions.clockOffset(),
    );
    this.uploads = new Uploads({
      clock,
      notServing: (priority) => this.notServing(priority),
      read: async (id, chunk) => (await this.versions.get(id)?.cached.read(chunk)) ?? null,
    });
    this.pool = new PeerPool({
      self: this.peerId,
      clock,
      connect: options.connect,
      ice: () => this.admissions.ice(),
      relayOnly: options.relayOnly ?? (() => false),
      signal: (to, link, signal) => signaling.signal(to, link, signal),
      uploads: this.uploads,
      checkTicket: (peer, version, ticket) => this.admissions.checkTicket(peer, version, ticket),
      versions: this.versions,
      awaitsSound: () => this.awaitsSound(),
      announced: (version) => this.announced(version),
      onBytes: (peer, sent, received) => {
        this.stats.countLink(peer, sent, received, clock.now());
        this.changes.touch();
      },
      onChange: () => this.changes.touch(),
      log,
    });
    this.leases = new Leases({
      clock,
      fetch: options.fetch,
      grants: this.grants,
      clockOffset: () => this.admissions.clockOffset(),
      onRenewed: (version) => this.pool.showTicket(version),
      onRevoked: (version, error) => this.shelf.revoke(version.id, error),
      closing: this.closing.signal,
    });
    this.swarms = new Swarms({
      clock,
      signaling,
      pool: this.pool,
      announced: (version) => this.announced(version),
      isUp: () => this.signalingState === 'up',
      isFresh: (grant) => this.grants.isFresh(grant),
      renew: (version) => this.leases.renew(version),
      isKept: (id) => this.versions.has(id),
      drop: (version) => this.shelf.forget(version),
      revoke: (version, error) => this.shelf.revoke(version.id, error),
    });
    this.shelf = new Shelf({
      self: this.peerId,
      clock,
      store,
      signaling,
      versions: this.versions,
      grants: this.grants,
      leases: this.leases,
      pool: this.pool,
      swarms: this.swarms,
      stats: this.stats,
      isBusy: () => this.isBusy(),
      onChange: () => this.changes.touch(),
      report: () => this.report(),
      log,
    });
    this.preloader = new Preloader({
      clock,
      signaling,
      grant: (trackId) => this.grants.get(trackId),
      isUp: () => this.signalingState === 'up',
      isBusy: () => this.isBusy(),
      isKept: (id) => this.versions.has(id),
      meet: (peers) => this.pool.meet(peers),
    });
    this.changes = new Changes(
      clock,
      () => Object.values(this.stats.rates(clock.now())).some((rate) => rate > 0),
      () => {
        this.shown = null;
      },
    );
    this.cpu = options.cpu?.(() => this.changes.touch());
    store.onEvicted((id, chunks) => this.shelf.evict(id, chunks));
    signaling.start(
      {
        state: (state) => this.onSignaling(state),
        coverage: (id, peers) => {
          this.swarms.onCoverage(this.versions.get(id), peers);
          this.preloader.onCoverage(id, peers);
        },
        signal: (signal) => this.pool.onSignal(signal),
        gone: (peer) => {
          for (const version of this.versions.values()) version.coverage.delete(peer);
          this.pool.peerLeft(peer);
        },
        fact: (fact) => this.heardFact(fact),
      },
      { admit: () => this.admissions.fresh(), mode: () => this.mode },
    );
    this.reportLater();
  }

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    until.throwIfAborted();
    this.preloader.opening();
    const [{ grant, head }, { publicKey }] = await Promise.all([
      this.grantToHear(trackId, atS, until),
      orAborted(this.admissions.current(), until),
    ]);
    const [{ manifest, bytes }, key] = await Promise.all([
      manifestFor(grant, {
        cached: () => this.store.manifest(grant.versionId),
        fetch: this.options.fetch,
        publicKey,
        signal: until,
      }),
      importContentKey(fromBase64(grant.key), ['decrypt']),
    ]);
    const held = await this.store.use(grant.versionId, { trackId, manifest: bytes });
    if (until.aborted) {
      if (!this.versions.get(grant.versionId)?.openings.size) this.store.release(grant.versionId);
      throw until.reason;
    }
    const known = this.versions.get(grant.versionId);
    const version = known ?? new Version(new CachedAsset(grant.versionId, trackId, manifest, held, this.store), grant);
    version.grant = grant;
    const covered = this.preloader.take(version.id);
    if (covered !== null) {
      version.cover(covered, this.clock.now());
      version.tracked = true;
    }
    const asset = this.shelf.play(version, key);
    // In the same turn: before the download plans to fetch it.
    if (head !== null) version.download?.expectChunk(headChunk(manifest, atS ?? 0), head);
    return asset;
  }

  /** @param atS undefined: it is not heard at once; then, or where some of it is cached, no chunk comes with the grant */
  private async grantToHear(
    trackId: string,
    atS: number | undefined,
    signal: AbortSignal,
  ): Promise<{ grant: Grant; head: GrantHead['head'] | null }> {
    if (atS === undefined || this.store.knows(trackId)) {
      return { grant: await this.grants.get(trackId, signal), head: null };
    }
    return await this.grants.getWithHead(trackId, () => this.options.gateway.grantWithHead(trackId, atS), signal);
  }

  prepare(trackIds: readonly string[]): void {
    this.preloader.prepare(trackIds);
  }

  setMode(mode: SharingMode): void {
    if (this.mode === mode) return;
    this.mode = mode;
    for (const version of this.versions.values()) this.swarms.announce(version);
    this.report();
    this.changes.touch();
  }

  snapshot(): PeerSnapshot {
    this.shown ??= this.takeSnapshot();
    return this.shown;
  }

  subscribe(listener: () => void): () => void {
    return this.changes.subscribe(listener);
  }

  onFact(listener: (fact: Message) => void): () => void {
    this.factListeners.add(listener);
    return () => this.factListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    const reason = new DOMException('the peer was closed', 'AbortError');
    this.closing.abort(reason);
    this.cancelReport();
    this.preloader.close();
    this.changes.close();
    this.cpu?.close();
    this.shelf.clear(reason);
    this.pool.close();
    this.options.signaling.close();
    await this.store.close();
  }

  private announced(version: Version): ChunkSet {
    return this.mode === 'off' || this.options.metered?.() === true ? ChunkSet.empty() : version.cached.held;
  }

  private isPlaying(): boolean {
    return this.shelf.current?.lastHint?.playing === true;
  }

  /** Sound was asked for a moment ago and has not begun. One that stays away for longer may need whom a dial would bring. */
  private awaitsSound(): boolean {
    const { soundAwaitedSince } = this.shelf;
    return soundAwaitedSince !== null && this.clock.now() - soundAwaitedSince < NO_DIALS_MS;
  }

  private isBusy(): boolean {
    return this.cpu?.isBusy() ?? false;
  }

  private notServing(priority: Priority): NotServing | null {
    const { current } = this.shelf;
    const now = {
      mode: this.mode,
      playing: this.isPlaying(),
      bufferedS: current?.lastHint?.bufferedS ?? 0,
      fetching: current !== null && this.versions.get(current.versionId)?.cached.isWhole !== true,
      metered: this.options.metered?.() ?? false,
      cpuBusy: this.isBusy(),
    };
    return notServing(now, priority);
  }

  private onSignaling(state: SignalingState): void {
    this.signalingState = state;
    if (state !== 'up') this.preloader.clear();
    for (const version of this.versions.values()) {
      version.joined = 'no';
      if (state === 'up') this.swarms.join(version);
    }
    this.changes.touch();
  }

  private heardFact(fact: Message): void {
    if (fact.type === 'changed.version') this.shelf.revoke(fact.data.versionId, reasonOf(fact.data.reason));
    if (fact.type === 'changed.track') {
      this.grants.evict(fact.data.trackId);
      const affected = [...this.versions.values()].filter(({ cached }) => cached.trackId === fact.data.trackId);
      if (fact.data.withdrawn) for (const { id } of affected) this.shelf.revoke(id, reasonOf('withdrawn'));
    }
    for (const listener of this.factListeners) listener(fact);
  }

  private reportLater(): void {
    this.cancelReport = this.clock.after(REPORT_EVERY_MS, () => {
      this.pool.prune();
      this.report();
      this.reportLater();
    });
  }

  /** While the tracker is out of reach, what happened is kept for the next report. */
  private report(): void {
    if (this.signalingState !== 'up') return;
    const playing = this.isPlaying();
    const trackId = this.shelf.current?.grant.track.id ?? null;
    const report = this.stats.report({ mode: this.mode, playing, trackId });
    if (report !== null) this.options.signaling.report(report);
  }

  private takeSnapshot(): PeerSnapshot {
    const now = this.clock.now();
    const { current } = this.shelf;
    return {
      peerId: this.peerId,
      mode: this.mode,
      signaling: this.signalingState,
      notServing: this.notServing('prefetch'),
      links: [...this.pool.sessions.values()].map((session) => ({
        peer: session.peer,
        connectedAt: session.openedAt,
        downBps: session.received.rate(now),
        upBps: session.sent.rate(now),
        received: session.received.total,
        sent: session.sent.total,
      })),
      rates: this.stats.rates(now),
      totals: this.stats.totals(),
      current:
        current === null
          ? null
          : { trackId: current.grant.track.id, versionId: current.versionId, sources: [...current.sources()] },
      cache: this.store.usage(),
    };
  }
}

function reasonOf(reason: 'file_changed' | 'file_missing' | 'withdrawn'): EnxameError {
  if (reason === 'file_changed') return new EnxameError('version_retired', 'The file of this track has changed.');
  if (reason === 'file_missing') return new EnxameError('file_missing', 'The file of this track is missing.');
  return new EnxameError('track_withdrawn', 'This track was withdrawn.');
}
