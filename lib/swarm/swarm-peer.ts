/** One listener's peer: grant -> plan -> fetch -> verify -> store -> read. Composes the parts and holds the versions it takes part in. */
import { ChunkSet } from '@/lib/assets/ranges';
import { importContentKey } from '@/lib/assets/seal';
import { EnxameError, type ErrorCode, isEnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import type { Grant } from '@/lib/contracts/playback';
import { REPORT_EVERY_MS, type SharingMode } from '@/lib/contracts/signaling';
import { Admissions } from './admissions';
import type { OpenAsset, PeerSnapshot, SwarmPeer } from './api';
import { Changes } from './changes';
import type { Clock } from './clock';
import { Download } from './download';
import type { Gateway } from './gateway';
import { GRANT_MARGIN_MS, GrantBook } from './grants';
import { Holding } from './holding';
import { fromBase64, manifestFor, wholeBytes } from './manifests';
import { Neighbours } from './neighbours';
import { PlainCache, PlayedAsset } from './open-asset';
import { fetchSpan } from './origin-source';
import { type NotServing, notServing } from './policy/serve';
import { Uploads } from './protocol/uploads';
import type { Signaling, SignalingState } from './signaling';
import type { ChunkStore } from './store/store';
import { Swarms } from './swarms';
import { Tally } from './tally';
import type { Connect } from './transport/link';
import { Version } from './version';
import { orAborted } from './waits';

export interface SwarmPeerOptions {
  peerId: string;
  gateway: Gateway;
  store: ChunkStore;
  signaling: Signaling;
  connect: Connect;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  mode: SharingMode;
  /** Whether the connection costs the listener money. */
  metered?: () => boolean;
  log?: (message: string) => void;
}

/** Versions that were opened in this page and are still served; the one opened longest ago is left first. Half of what the tracker takes. */
const MAX_VERSIONS = 32;
/** Tracks whose grants are asked ahead in one call. */
const MAX_PREPARED = 8;
/** A grant that could not be renewed is asked for again after this, ms. */
const RENEW_RETRY_MS = 10_000;

export function createSwarmPeer(options: SwarmPeerOptions): SwarmPeer {
  return new Peer(options);
}

class Peer implements SwarmPeer {
  readonly peerId: string;
  private readonly clock: Clock;
  private readonly store: ChunkStore;
  private readonly versions = new Map<string, Version>();
  private readonly plain = new PlainCache();
  private readonly tally = new Tally();
  private readonly admissions: Admissions;
  private readonly grants: GrantBook;
  private readonly uploads: Uploads;
  private readonly neighbours: Neighbours;
  private readonly swarms: Swarms;
  private readonly changes: Changes;
  private readonly factListeners = new Set<(fact: Message) => void>();
  private readonly closing = new AbortController();
  private mode: SharingMode;
  private signalingState: SignalingState = 'connecting';
  private current: PlayedAsset | null = null;
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
    this.grants = new GrantBook(
      (trackId) => gateway.grant(trackId, this.closing.signal),
      clock,
      () => this.admissions.clockOffset(),
    );
    this.uploads = new Uploads({
      clock,
      notServing: () => this.notServing(),
      read: async (id, chunk) => (await this.versions.get(id)?.holding.read(chunk)) ?? null,
    });
    this.neighbours = new Neighbours({
      self: this.peerId,
      clock,
      connect: options.connect,
      iceServers: () => this.admissions.iceServers(),
      signal: (to, link, signal) => signaling.signal(to, link, signal),
      uploads: this.uploads,
      checkTicket: (peer, version, ticket) => this.admissions.checkTicket(peer, version, ticket),
      versions: this.versions,
      announced: (version) => this.announced(version),
      onBytes: (peer, sent, received) => {
        this.tally.overLink(peer, sent, received, clock.now());
        this.changes.touch();
      },
      onChange: () => this.changes.touch(),
      log,
    });
    this.swarms = new Swarms({
      clock,
      signaling,
      neighbours: this.neighbours,
      announced: (version) => this.announced(version),
      isUp: () => this.signalingState === 'up',
      isFresh: (grant) => this.grants.isFresh(grant),
      renew: (version) => this.renew(version),
      drop: (version) => this.forget(version),
      retire: (version, error) => this.retire(version.id, error),
    });
    this.changes = new Changes(
      clock,
      () => Object.values(this.tally.rates(clock.now())).some((rate) => rate > 0),
      () => {
        this.shown = null;
      },
    );
    store.onLost((id, chunks) => this.lost(id, chunks));
    signaling.start(
      {
        state: (state) => this.onSignaling(state),
        coverage: (id, peers) => this.swarms.onCoverage(this.versions.get(id), peers),
        signal: (signal) => this.neighbours.onSignal(signal),
        gone: (peer) => {
          for (const version of this.versions.values()) version.coverage.delete(peer);
          this.neighbours.gone(peer);
        },
        fact: (fact) => this.heardFact(fact),
      },
      { admit: () => this.admissions.fresh(), mode: () => this.mode },
    );
    this.reportLater();
  }

  async open(trackId: string, signal?: AbortSignal): Promise<OpenAsset> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    until.throwIfAborted();
    const [grant, { publicKey }] = await Promise.all([
      this.grants.get(trackId, until),
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
    let version = this.versions.get(grant.versionId);
    if (version === undefined) {
      version = new Version(new Holding(grant.versionId, trackId, manifest, held, this.store), grant);
    } else {
      version.grant = grant;
      // Last in the map: last to be left.
      this.versions.delete(version.id);
    }
    this.versions.set(version.id, version);
    return this.play(version, key);
  }

  prepare(trackIds: readonly string[]): void {
    for (const trackId of trackIds.slice(0, MAX_PREPARED)) {
      // Asked ahead of any press: a refusal is shown when the track is opened.
      this.grants.get(trackId).catch(() => {});
    }
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
    this.changes.close();
    for (const version of this.versions.values()) {
      version.end();
      version.download?.stop(reason);
      for (const asset of version.openings) asset.end(reason);
    }
    this.versions.clear();
    this.neighbours.close();
    this.options.signaling.close();
    await this.store.close();
  }

  /** Begins one playing of a version; the first of it also begins to fetch. */
  private play(version: Version, key: CryptoKey): PlayedAsset {
    const download = version.download ?? this.startDownload(version);
    const asset = new PlayedAsset({
      grant: version.grant,
      holding: version.holding,
      download,
      key,
      plain: this.plain,
      onCacheRead: (bytes) => {
        this.tally.cache.add(bytes, this.clock.now());
        this.changes.touch();
      },
      onHint: (played, hint) => {
        if (hint.playing || this.current === null) this.current = played;
        if (played === this.current) this.tally.hint(hint);
        this.changes.touch();
      },
      onClose: (played) => this.closeAsset(version, played),
    });
    version.openings.add(asset);
    this.current ??= asset;
    this.swarms.join(version);
    this.renewInTime(version);
    this.makeRoom();
    this.changes.touch();
    return asset;
  }

  private startDownload(version: Version): Download {
    const { holding } = version;
    const download = new Download({
      self: this.peerId,
      clock: this.clock,
      holding,
      whole: () => this.store.fits(wholeBytes(holding.manifest)),
      neighbours: () => this.neighbours.of(version),
      tracked: () => version.tracked,
      fetchSpan: (span, signal, onChunk) => this.fetchSpan(version, span, signal, onChunk),
      onArrived: (chunk, source, bytes) => {
        this.tally[source].add(bytes, this.clock.now());
        for (const asset of version.openings) asset.arrived(chunk, source, bytes);
        this.swarms.announceSoon(version);
        this.changes.touch();
      },
      onBlame: (peer, chunk) => {
        this.options.log?.(`${peer} sent wrong bytes for chunk ${chunk} of ${version.id}`);
        this.tally.blame(peer, version.id, chunk);
        this.neighbours.ban(peer);
        this.report();
      },
      onRefused: (peer, reason) => {
        if (reason === 'bad_ticket') this.neighbours.showAgain(peer, version);
      },
      onOver: (error) => this.retire(version.id, error),
    });
    version.download = download;
    this.neighbours.showTicket(version);
    return download;
  }

  /** From the origin; an expired ticket is renewed once. */
  private async fetchSpan(
    version: Version,
    span: { from: number; to: number },
    signal: AbortSignal,
    onChunk: (chunk: number, sealed: Uint8Array<ArrayBuffer>) => void,
  ): Promise<void> {
    const attempt = (grant: Grant) =>
      fetchSpan(
        { ...span, url: grant.originUrl, ticket: grant.ticket, geometry: version.holding.manifest, signal, onChunk },
        this.options.fetch,
        this.clock,
      );
    try {
      await attempt(version.grant);
    } catch (error) {
      if (!isEnxameError(error) || error.code !== 'bad_token') throw error;
      await orAborted(this.renew(version), signal);
      await attempt(version.grant);
    }
  }

  /** A new grant for a version. @throws {EnxameError} `version_retired` when the track has another version by now; the refusal */
  private async renew(version: Version): Promise<void> {
    const grant = await this.grants.renew(version.holding.trackId, this.closing.signal);
    if (grant.versionId !== version.id) throw new EnxameError('version_retired', 'This track has changed.');
    version.grant = grant;
    this.neighbours.showTicket(version);
    this.renewInTime(version);
  }

  private renewInTime(version: Version): void {
    version.cancelRenewal();
    const leftMs = version.grant.expiresAt - this.admissions.clockOffset() - this.clock.now() - GRANT_MARGIN_MS;
    const attempt = () => {
      if (version.openings.size === 0) return;
      this.renew(version).catch((error) => {
        if (isEnxameError(error) && isOver(error.code)) this.retire(version.id, error);
        else version.cancelRenewal = this.clock.after(RENEW_RETRY_MS, attempt);
      });
    };
    version.cancelRenewal = this.clock.after(Math.max(RENEW_RETRY_MS, leftMs), attempt);
  }

  /** Playing ends; what is held goes on being served. */
  private closeAsset(version: Version, asset: PlayedAsset): void {
    version.openings.delete(asset);
    if (this.current === asset) {
      this.current = null;
      this.tally.interrupted();
    }
    if (version.openings.size === 0) {
      version.download?.stop(new DOMException('the asset was closed', 'AbortError'));
      version.download = null;
      version.cancelRenewal();
      this.store.release(version.id);
    }
    this.changes.touch();
  }

  /** The version is not to be played, served or kept any more. */
  private retire(id: string, error: EnxameError): void {
    const version = this.versions.get(id);
    this.plain.drop(id);
    void this.store.drop(id);
    if (version === undefined) return;
    this.grants.forget(version.holding.trackId);
    version.download?.stop(error);
    version.download = null;
    for (const asset of version.openings) {
      asset.end(error);
      if (this.current === asset) this.current = null;
    }
    version.openings.clear();
    this.forget(version);
  }

  /** Takes no part in the version any more. */
  private forget(version: Version): void {
    version.end();
    if (this.versions.get(version.id) === version) this.versions.delete(version.id);
    if (version.joined !== 'no') this.options.signaling.leave(version.id);
    this.changes.touch();
  }

  private makeRoom(): void {
    for (const version of this.versions.values()) {
      if (this.versions.size <= MAX_VERSIONS) return;
      if (version.openings.size === 0) this.forget(version);
    }
  }

  private lost(id: string, chunks: readonly number[] | 'all'): void {
    const version = this.versions.get(id);
    if (version === undefined) return;
    version.holding.lose(chunks);
    for (const asset of version.openings) asset.lost(chunks);
    if (version.openings.size === 0 && version.holding.held.isEmpty) {
      this.forget(version);
      return;
    }
    version.download?.poke();
    this.swarms.announceSoon(version);
  }

  private announced(version: Version): ChunkSet {
    return this.mode === 'off' || this.options.metered?.() === true ? ChunkSet.empty() : version.holding.held;
  }

  private isPlaying(): boolean {
    return this.current?.lastHint?.playing === true;
  }

  private notServing(): NotServing | null {
    const { current } = this;
    return notServing({
      mode: this.mode,
      playing: this.isPlaying(),
      bufferedS: current?.lastHint?.bufferedS ?? 0,
      fetching: current !== null && this.versions.get(current.version)?.holding.isWhole !== true,
      metered: this.options.metered?.() ?? false,
    });
  }

  private onSignaling(state: SignalingState): void {
    this.signalingState = state;
    for (const version of this.versions.values()) {
      version.joined = 'no';
      if (state === 'up') this.swarms.join(version);
    }
    this.changes.touch();
  }

  private heardFact(fact: Message): void {
    if (fact.type === 'changed.version') this.retire(fact.data.versionId, reasonOf(fact.data.reason));
    if (fact.type === 'changed.track') {
      this.grants.forget(fact.data.trackId);
      const affected = [...this.versions.values()].filter(({ holding }) => holding.trackId === fact.data.trackId);
      if (fact.data.withdrawn) for (const { id } of affected) this.retire(id, reasonOf('withdrawn'));
    }
    for (const listener of this.factListeners) listener(fact);
  }

  private reportLater(): void {
    this.cancelReport = this.clock.after(REPORT_EVERY_MS, () => {
      this.neighbours.prune();
      this.report();
      this.reportLater();
    });
  }

  /** While the tracker is out of reach, what happened is kept for the next report. */
  private report(): void {
    if (this.signalingState !== 'up') return;
    const playing = this.isPlaying();
    const trackId = this.current?.grant.track.id ?? null;
    const report = this.tally.report({ mode: this.mode, playing, trackId });
    if (report !== null) this.options.signaling.report(report);
  }

  private takeSnapshot(): PeerSnapshot {
    const now = this.clock.now();
    const { current } = this;
    return {
      peerId: this.peerId,
      mode: this.mode,
      signaling: this.signalingState,
      notServing: this.notServing(),
      links: [...this.neighbours.sessions.values()].map((session) => ({
        peer: session.peer,
        connectedAt: session.openedAt,
        downBps: session.received.rate(now),
        upBps: session.sent.rate(now),
        received: session.received.total,
        sent: session.sent.total,
      })),
      rates: this.tally.rates(now),
      totals: this.tally.totals(),
      current:
        current === null
          ? null
          : { trackId: current.grant.track.id, versionId: current.version, sources: [...current.sources()] },
      cache: this.store.usage(),
    };
  }
}

function isOver(code: ErrorCode): boolean {
  return code === 'version_retired' || code === 'track_withdrawn' || code === 'file_missing' || code === 'not_found';
}

function reasonOf(reason: 'file_changed' | 'file_missing' | 'withdrawn'): EnxameError {
  if (reason === 'file_changed') return new EnxameError('version_retired', 'The file of this track has changed.');
  if (reason === 'file_missing') return new EnxameError('file_missing', 'The file of this track is missing.');
  return new EnxameError('track_withdrawn', 'This track was withdrawn.');
}
