/** One listener's peer in a tab or a terminal: puts the parts together, and tells the page and the tracker how it stands. */
import type { Gateway } from '@/lib/client/gateway';
import { EnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import { REPORT_EVERY_MS, type SharingMode } from '@/lib/contracts/signaling';
import { orAborted } from '@/lib/util/abort';
import { Changes } from '@/lib/util/changes';
import type { Clock } from '@/lib/util/clock';
import type { OpenAsset, PeerSnapshot, SwarmPeer } from '../api';
import type { AssetReader } from '../asset/asset-reader';
import { AssetSessions } from '../asset/asset-sessions';
import { ExpectedTracks } from '../asset/expected-tracks';
import { GrantCache } from '../asset/grant-cache';
import { NowPlaying } from '../asset/now-playing';
import { PeerStats } from '../asset/peer-stats';
import type { Connect } from '../connections/link';
import { PeerPool } from '../connections/peer-pool';
import { Sharing } from '../connections/sharing';
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

export function createSwarmPeer(options: SwarmPeerOptions): SwarmPeer {
  return new Peer(options);
}

class Peer implements SwarmPeer {
  readonly peerId: string;
  private readonly stats = new PeerStats();
  private readonly changes: Changes;
  private readonly cpu: { isBusy(): boolean; close(): void } | undefined;
  private readonly nowPlaying: NowPlaying;
  private readonly sharing: Sharing;
  private readonly admissions: Admissions;
  private readonly grants: GrantCache;
  private readonly pool: PeerPool;
  private readonly preloader: Preloader;
  private readonly sessions: AssetSessions;
  private readonly expected: ExpectedTracks;
  /** Tracks that are being opened to be played. */
  private readonly opening = new Set<string>();
  private readonly closing = new AbortController();
  private signalingState: SignalingState = 'connecting';
  /** The last snapshot, while nothing has changed since. */
  private shown: PeerSnapshot | null = null;
  private cancelReport: () => void = () => {};

  constructor(private readonly options: SwarmPeerOptions) {
    const { peerId, clock, signaling, gateway, store, connect, fetch, mode } = options;
    const { relayOnly = () => false, metered: isMetered = () => false, log = () => {} } = options;
    const { stats } = this;
    this.peerId = peerId;
    this.changes = new Changes(
      clock,
      () => Object.values(stats.rates(clock.now())).some((rate) => rate > 0),
      () => {
        this.shown = null;
      },
    );
    this.cpu = options.cpu?.(() => this.changes.touch());
    this.nowPlaying = new NowPlaying(clock, stats);
    const isBusy = () => this.cpu?.isBusy() ?? false;
    this.sharing = new Sharing({ mode, isMetered, isBusy, nowPlaying: this.nowPlaying });
    this.admissions = new Admissions(() => gateway.admit(), clock);
    this.grants = new GrantCache(
      (trackId) => gateway.grant(trackId, this.closing.signal),
      clock,
      () => this.admissions.clockOffset(),
    );
    const { changes, nowPlaying, sharing, admissions, grants } = this;
    const isTrackerUp = () => this.signalingState === 'up';
    const parts = {
      self: peerId,
      clock,
      signaling,
      isTrackerUp,
      changes,
      nowPlaying,
      sharing,
      admissions,
      grants,
      stats,
      log,
    };
    this.pool = new PeerPool({ ...parts, connect, relayOnly });
    this.preloader = new Preloader({
      ...parts,
      pool: this.pool,
      isMember: (versionId) => this.sessions.get(versionId)?.membership.isWanted === true,
      found: (versionId, peers) => this.sessions.get(versionId)?.membership.coverageFound(peers),
    });
    this.sessions = new AssetSessions({
      ...parts,
      pool: this.pool,
      preloader: this.preloader,
      gateway,
      store,
      fetch,
      report: () => this.report(),
      closing: this.closing.signal,
    });
    this.expected = new ExpectedTracks({
      clock,
      circumstances: () => ({
        mode: sharing.mode,
        metered: isMetered(),
        cpuBusy: isBusy(),
        fetching: nowPlaying.isPlaying && nowPlaying.reader?.isWhole === false,
        bufferedS: nowPlaying.bufferedS,
      }),
      grant: (trackId) => this.preloader.prepare(trackId),
      prepare: (trackId, until) => this.sessions.prepare(trackId, AbortSignal.any([until, this.closing.signal])),
      join: (reader) => this.sessions.join(reader),
    });
    store.onEvicted((versionId, chunks) => this.sessions.get(versionId)?.evict(chunks));
    this.startSignaling();
    this.reportLater();
  }

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    until.throwIfAborted();
    this.preloader.opening();
    this.opening.add(trackId);
    try {
      const prepared = await this.takePrepared(trackId, until);
      if (prepared === null) return await this.sessions.open(trackId, until, atS);
      this.sessions.play(prepared);
      return prepared;
    } finally {
      this.opening.delete(trackId);
    }
  }

  expectNext(trackId: string | null, inS: number, tab = this.peerId): void {
    if (!this.closing.signal.aborted) this.expected.expectNext(trackId, inS, tab);
  }

  expectPress(trackId: string): void {
    // What plays or is about to needs no preparation: a pointer often rests where it has just pressed.
    const isOpen = this.sessions.all().some((session) => session.trackId === trackId && session.isPlaying);
    if (!isOpen && !this.opening.has(trackId) && !this.closing.signal.aborted) this.expected.expectPress(trackId);
  }

  setMode(mode: SharingMode): void {
    if (this.sharing.mode === mode) return;
    this.sharing.mode = mode;
    for (const { membership } of this.sessions.all()) membership.announceNow();
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

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    const reason = new DOMException('the peer was closed', 'AbortError');
    this.closing.abort(reason);
    this.cancelReport();
    this.expected.close();
    this.preloader.close();
    this.cpu?.close();
    this.sessions.close(reason);
    this.pool.close();
    this.changes.close();
    this.options.signaling.close();
    await this.options.store.close();
  }

  /** Null where it was not prepared, or that failed: it is opened anew. */
  private async takePrepared(trackId: string, until: AbortSignal): Promise<AssetReader | null> {
    const taken = this.expected.take(trackId);
    if (taken === null) return null;
    try {
      return await orAborted(taken, until);
    } catch {
      taken.then((reader) => reader.close()).catch(() => {});
      until.throwIfAborted();
      return null;
    }
  }

  private startSignaling(): void {
    this.options.signaling.start(
      {
        state: (state) => this.onSignaling(state),
        coverage: (versionId, peers) => {
          this.sessions.get(versionId)?.membership.coverageChanged(peers);
          this.preloader.onCoverage(versionId, peers);
        },
        signal: (signal) => this.pool.onSignal(signal),
        gone: (peer, ended) => {
          for (const { membership } of this.sessions.all()) membership.coverage.delete(peer);
          this.pool.peerLeft(peer, ended);
        },
        fact: (fact) => this.onMessage(fact),
      },
      { admit: () => this.admissions.fresh(), mode: () => this.sharing.mode },
    );
  }

  private onSignaling(state: SignalingState): void {
    this.signalingState = state;
    if (state !== 'up') this.preloader.clear();
    for (const { membership } of this.sessions.all()) membership.trackerChanged();
    this.changes.touch();
  }

  private onMessage(fact: Message): void {
    if (fact.type === 'changed.version') this.sessions.revoke(fact.data.versionId, reasonOf(fact.data.reason));
    if (fact.type === 'changed.track') {
      const { trackId, withdrawn } = fact.data;
      this.grants.evict(trackId);
      const affected = this.sessions.all().filter((session) => session.trackId === trackId);
      if (withdrawn) for (const { versionId } of affected) this.sessions.revoke(versionId, reasonOf('withdrawn'));
    }
  }

  private reportLater(): void {
    this.cancelReport = this.options.clock.after(REPORT_EVERY_MS, () => {
      this.pool.prune();
      this.report();
      this.reportLater();
    });
  }

  /** While the tracker is out of reach, what happened is kept for the next report. */
  private report(): void {
    if (this.signalingState !== 'up') return;
    const { isPlaying, reader } = this.nowPlaying;
    const trackId = reader?.grant.track.id ?? null;
    const report = this.stats.report({ mode: this.sharing.mode, playing: isPlaying, trackId });
    if (report !== null) this.options.signaling.report(report);
  }

  private takeSnapshot(): PeerSnapshot {
    const now = this.options.clock.now();
    const { reader } = this.nowPlaying;
    return {
      peerId: this.peerId,
      mode: this.sharing.mode,
      signaling: this.signalingState,
      notServing: this.sharing.notServing('prefetch'),
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
        reader === null
          ? null
          : { trackId: reader.grant.track.id, versionId: reader.versionId, sources: [...reader.sources()] },
      cache: this.options.store.usage(),
    };
  }
}

function reasonOf(reason: 'file_changed' | 'file_missing' | 'withdrawn'): EnxameError {
  if (reason === 'file_changed') return new EnxameError('version_retired', 'The file of this track has changed.');
  if (reason === 'file_missing') return new EnxameError('file_missing', 'The file of this track is missing.');
  return new EnxameError('track_withdrawn', 'This track was withdrawn.');
}
