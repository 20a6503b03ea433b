/** The life of the versions that this tab takes part in: opened, fetched, closed and still served, revoked. */
import type { EnxameError } from '@/lib/contracts/errors';
import type { Clock } from '@/lib/util/clock';
import type { PeerPool } from '../connections/peer-pool';
import { Download } from '../download/download';
import { SOUND_TO_BEGIN_S } from '../schedule/constants';
import type { ChunkStore } from '../store/store';
import type { Signaling } from '../tracker-client/signaling';
import type { GrantCache } from './grant-cache';
import type { Leases } from './leases';
import { wholeBytes } from './manifests';
import { PlainCache, AssetReader } from './asset-reader';
import type { Swarms } from './swarms';
import type { PeerStats } from './peer-stats';
import type { Version } from './version';

export interface ShelfOptions {
  self: string;
  clock: Clock;
  store: ChunkStore;
  signaling: Signaling;
  /** By id, the one opened longest ago first. Shared with those who only look. */
  versions: Map<string, Version>;
  grants: GrantCache;
  leases: Leases;
  pool: PeerPool;
  swarms: Swarms;
  stats: PeerStats;
  /** The processor has no time to spare. */
  isBusy: () => boolean;
  onChange: () => void;
  /** Something that the tracker should know at once. */
  report: () => void;
  log: (message: string) => void;
}

/** Versions that were opened in this page and are still served; the one opened longest ago is left first. Half of what the tracker takes. */
const MAX_VERSIONS = 32;

export class Shelf {
  /** The asset that plays, or was opened to be played. */
  current: AssetReader | null = null;
  /** Since when its sound is waited for (epoch ms); null while there is some, or none is wanted. */
  soundAwaitedSince: number | null = null;
  private readonly plain = new PlainCache();
  private readonly originPace = { chunkS: null };

  constructor(private readonly options: ShelfOptions) {}

  /** Begins one playing of a version; the first of it also begins to fetch. */
  play(version: Version, key: CryptoKey): AssetReader {
    const { versions, stats, clock, onChange } = this.options;
    // Last in the map: last to be left.
    versions.delete(version.id);
    versions.set(version.id, version);
    const asset = new AssetReader({
      grant: version.grant,
      cached: version.cached,
      download: version.download ?? this.startDownload(version),
      key,
      plain: this.plain,
      onCacheRead: (bytes) => {
        stats.cache.add(bytes, clock.now());
        onChange();
      },
      onHint: (played, hint) => {
        if (hint.playing || this.current === null) this.current = played;
        if (played === this.current) {
          stats.hint(hint, clock.now());
          const awaitsSound = hint.playing && hint.bufferedS < SOUND_TO_BEGIN_S;
          this.soundAwaitedSince = awaitsSound ? (this.soundAwaitedSince ?? clock.now()) : null;
        }
        onChange();
      },
      onClose: (played) => this.close(version, played),
    });
    version.openings.add(asset);
    this.current ??= asset;
    this.options.swarms.join(version);
    this.options.leases.renewInTime(version);
    this.makeRoom();
    onChange();
    return asset;
  }

  /** The version is not to be played, served or kept any more. */
  revoke(id: string, error: EnxameError): void {
    const version = this.options.versions.get(id);
    this.plain.evict(id);
    void this.options.store.evict(id);
    if (version === undefined) return;
    this.options.grants.evict(version.cached.trackId);
    this.end(version, error);
    this.forget(version);
  }

  /** Takes no part in the version any more; what is cached of it stays. */
  forget(version: Version): void {
    const { versions, signaling, onChange } = this.options;
    version.end();
    if (versions.get(version.id) === version) versions.delete(version.id);
    if (version.joined !== 'no') signaling.leave(version.id);
    onChange();
  }

  /** The cache no longer has these. */
  evict(id: string, chunks: readonly number[] | 'all'): void {
    const version = this.options.versions.get(id);
    if (version === undefined) return;
    version.cached.evict(chunks);
    for (const asset of version.openings) asset.evict(chunks);
    if (version.openings.size === 0 && version.cached.held.isEmpty) {
      this.forget(version);
      return;
    }
    version.download?.evicted(chunks === 'all' ? [] : chunks);
    this.options.swarms.announceSoon(version);
  }

  /** Ends everything; whoever reads is told `reason`. */
  clear(reason: unknown): void {
    for (const version of this.options.versions.values()) {
      version.end();
      this.end(version, reason);
    }
    this.options.versions.clear();
  }

  private end(version: Version, reason: unknown): void {
    version.download?.stop(reason);
    version.download = null;
    for (const asset of version.openings) {
      asset.abort(reason);
      if (this.current === asset) this.current = null;
    }
    version.openings.clear();
  }

  /** Playing ends; what is held goes on being served. */
  private close(version: Version, asset: AssetReader): void {
    version.openings.delete(asset);
    if (this.current === asset) {
      this.current = null;
      this.soundAwaitedSince = null;
      this.options.stats.interrupted();
    }
    if (version.openings.size === 0) {
      version.download?.stop(new DOMException('the asset was closed', 'AbortError'));
      version.download = null;
      version.cancelRenewal();
      this.options.store.release(version.id);
    }
    this.options.onChange();
  }

  private startDownload(version: Version): Download {
    const { self, clock, store, pool, leases, swarms, stats, onChange } = this.options;
    const { cached } = version;
    const download = new Download({
      self,
      clock,
      cached,
      // A busy processor is left to what sounds soon: fetching all of a track early took the sound away (bench:swarm, flash).
      whole: () => !this.options.isBusy() && store.fits(wholeBytes(cached.manifest)),
      peers: () => pool.candidates(version),
      originPace: this.originPace,
      tracked: () => version.tracked,
      fetchSpan: (span, signal, onChunk) => leases.fetchSpan(version, span, signal, onChunk),
      onArrived: (chunk, source, bytes) => {
        stats[source].add(bytes, clock.now());
        for (const asset of version.openings) asset.arrived(chunk, source, bytes);
        swarms.announceSoon(version);
        onChange();
      },
      onWrongChunk: (peer, chunk) => {
        this.options.log(`${peer} sent wrong bytes for chunk ${chunk} of ${version.id}`);
        stats.blame(peer, version.id, chunk);
        pool.ban(peer);
        this.options.report();
      },
      onRefused: (peer, reason) => {
        if (reason === 'bad_ticket') pool.showTicketAgain(peer, version);
      },
      onRevoked: (error) => this.revoke(version.id, error),
    });
    version.download = download;
    pool.showTicket(version);
    return download;
  }

  private makeRoom(): void {
    for (const version of this.options.versions.values()) {
      if (this.options.versions.size <= MAX_VERSIONS) return;
      if (version.openings.size === 0) this.forget(version);
    }
  }
}
