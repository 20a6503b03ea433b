/**
 * This tab's part in one asset version: its membership in the version's swarm, the grant and its renewal, the download, the cached chunks,
 * and the readers that the player has open.
 */
import type { SignedPiece } from '@/lib/assets/piece';
import type { ChunkSet } from '@/lib/assets/ranges';
import { type EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Refusal } from '@/lib/contracts/frames';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { Changes } from '@/lib/util/changes';
import type { Clock } from '@/lib/util/clock';
import type { PlaybackHint } from '../api';
import type { PeerPool } from '../connections/peer-pool';
import type { Sharing } from '../connections/sharing';
import { type CandidatePeer, Download, type DownloadHost, type OriginPace } from '../download/download';
import { fetchSpan } from '../download/origin-source';
import type { ChunkStore } from '../store/store';
import type { Admissions } from '../tracker-client/admissions';
import type { Signaling } from '../tracker-client/signaling';
import { AssetReader, type ReaderHost } from './asset-reader';
import type { CachedAsset } from './cached-asset';
import { checkPiece } from './first-sound';
import type { GrantCache } from './grant-cache';
import { GrantRenewer, type GrantUser } from './grant-renewer';
import { fromBase64, wholeBytes } from './manifests';
import type { NowPlaying } from './now-playing';
import type { PeerStats } from './peer-stats';
import type { PlainCache } from './plain-cache';
import { type Member, SwarmMembership } from './swarm-membership';
import type { TrackerCoverage } from './tracker-coverage';

/** What the sessions of one peer share. */
export interface SessionParts {
  self: string;
  clock: Clock;
  fetch: typeof globalThis.fetch;
  store: ChunkStore;
  signaling: Signaling;
  /** The tracker is in reach. */
  isTrackerUp: () => boolean;
  pool: PeerPool;
  grants: GrantCache;
  admissions: Admissions;
  sharing: Sharing;
  nowPlaying: NowPlaying;
  stats: PeerStats;
  changes: Changes;
  plain: PlainCache;
  originPace: OriginPace;
  /** Tells the tracker at once what happened here. */
  report: () => void;
  log: (message: string) => void;
  /** Aborts when the peer closes. */
  closing: AbortSignal;
}

/** Whoever keeps the sessions. */
export interface SessionOwner {
  /** A version may not be played, served or kept any more. */
  revoke(versionId: string, error: EnxameError): void;
  /** The session takes no part in its version any more. */
  sessionClosed(session: AssetSession): void;
}

/** `serving`: nobody reads it here; what is cached of it is served to others. `playing`: it is fetched as well, to be played now or soon. */
type Activity = { is: 'serving' } | { is: 'playing'; download: Download; readers: Set<AssetReader> };

export class AssetSession implements Member, DownloadHost, ReaderHost, GrantUser {
  readonly membership: SwarmMembership;
  private activity: Activity = { is: 'serving' };
  private readonly renewer: GrantRenewer;

  constructor(
    readonly cached: CachedAsset,
    grant: Grant,
    private readonly parts: SessionParts,
    private readonly owner: SessionOwner,
  ) {
    this.renewer = new GrantRenewer(grant, this, parts);
    this.membership = new SwarmMembership(this, this.renewer, parts);
  }

  get versionId(): string {
    return this.cached.versionId;
  }

  get trackId(): string {
    return this.cached.trackId;
  }

  get manifest(): Manifest {
    return this.cached.manifest;
  }

  get isPlaying(): boolean {
    return this.activity.is === 'playing';
  }

  // The player opens it.

  /** Opens the version for one playing, which may be some time away; the first of them also begins to fetch what is needed. */
  open(grant: Grant, key: CryptoKey): AssetReader {
    const { plain, clock } = this.parts;
    this.renewer.grant = grant;
    const { download, readers } = this.activity.is === 'playing' ? this.activity : this.fetch();
    const reader = new AssetReader({ grant, cached: this.cached, download, key, plain, clock, host: this });
    readers.add(reader);
    this.renewer.renewInTime();
    return reader;
  }

  /** A chunk is on its way from the origin, behind the grant; null in the end if it is not. */
  expectChunk(chunk: number, coming: Promise<Uint8Array<ArrayBuffer> | null>): void {
    if (this.activity.is === 'playing') this.activity.download.expectChunk(chunk, coming);
  }

  private fetch(): Extract<Activity, { is: 'playing' }> {
    const { self, clock, originPace, pool } = this.parts;
    const download = new Download({ self, clock, originPace, cached: this.cached, host: this });
    const playing: Activity = { is: 'playing', download, readers: new Set() };
    this.activity = playing;
    pool.showTicket(this);
    return playing;
  }

  // Its end.

  /** The cache no longer has these. */
  evict(chunks: readonly number[] | 'all'): void {
    this.cached.evict(chunks);
    if (this.activity.is === 'playing') {
      for (const reader of this.activity.readers) reader.evict(chunks);
      this.activity.download.evicted(chunks === 'all' ? [] : chunks);
    } else if (this.cached.held.isEmpty) {
      this.close();
      return;
    }
    this.membership.announceSoon();
  }

  /** Whoever reads is told `reason`, and nothing is fetched any more. */
  abort(reason: unknown): void {
    if (this.activity.is === 'serving') return;
    const { download, readers } = this.activity;
    this.activity = { is: 'serving' };
    download.stop(reason);
    for (const reader of readers) {
      reader.abort(reason);
      this.parts.nowPlaying.revoked(reader);
    }
  }

  /**
   * Takes no part in the version any more; what is cached of it stays.
   * @param leave false where the whole peer closes: its connection tells the tracker
   */
  close({ leave } = { leave: true }): void {
    if (this.membership.hasEnded) return;
    this.renewer.stop();
    this.owner.sessionClosed(this);
    this.membership.close(leave);
    this.parts.changes.touch();
  }

  /** The version may not be played any more. */
  revoked(error: EnxameError): void {
    this.owner.revoke(this.versionId, error);
  }

  // For the pool of peers.

  get coverage(): TrackerCoverage {
    return this.membership.coverage;
  }

  get ticketToShow(): string | null {
    return this.isPlaying ? this.renewer.grant.ticket : null;
  }

  announced(): ChunkSet {
    return this.parts.sharing.announced(this.cached.held);
  }

  readChunk(chunk: number): Promise<Uint8Array | null> {
    return this.cached.read(chunk);
  }

  peerLinked(): void {
    if (this.activity.is === 'playing') this.activity.download.schedule();
  }

  peerHas(): void {
    if (this.activity.is === 'playing') this.activity.download.scheduleSoon();
  }

  peerLost(peer: string): void {
    if (this.activity.is === 'playing') this.activity.download.peerLost(peer);
  }

  // For the download.

  get isCoverageKnown(): boolean {
    return this.membership.coverage.isKnown;
  }

  /** A busy processor is left to what sounds soon: fetching all of a track early took the sound away (bench:swarm, flash). */
  fetchesWhole(): boolean {
    return !this.parts.sharing.isBusy && this.parts.store.fits(wholeBytes(this.manifest));
  }

  candidates(): readonly CandidatePeer[] {
    return this.parts.pool.candidates(this);
  }

  /** From the origin; a ticket that it no longer takes is renewed once. @throws as {@link fetchSpan} */
  async fetchSpan(...[span, signal, onChunk]: Parameters<DownloadHost['fetchSpan']>): Promise<void> {
    const { fetch, clock, originPace } = this.parts;
    const onPiece = (piece: SignedPiece) => this.pieceArrived(piece).catch(() => {});
    const attempt = ({ originUrl, ticket }: Grant) => {
      const first = originPace.sendsPieces ? span.first : null;
      const request = { ...span, first, url: originUrl, ticket, geometry: this.manifest, signal, onChunk, onPiece };
      return fetchSpan(request, fetch, clock);
    };
    try {
      await attempt(this.renewer.grant);
    } catch (error) {
      if (!isEnxameError(error)) throw error;
      // An older server, or a host that has the sealed assets and no more.
      if (error.code === 'not_found' && span.first !== null && originPace.sendsPieces) originPace.sendsPieces = false;
      else if (error.code === 'bad_token') await orAborted(this.renewer.renew(), signal);
      else throw error;
      await attempt(this.renewer.grant);
    }
  }

  /** What sound needs came ahead of the rest of its chunk, from the origin. One that the server did not sign is not heard: the chunk comes anyway. */
  private async pieceArrived(piece: SignedPiece): Promise<void> {
    const { cached, renewer, parts, versionId } = this;
    const { publicKey } = await parts.admissions.current();
    const of = { versionId, manifestHead: cached.manifestHead };
    const plain = await checkPiece(of, this.manifest, piece, fromBase64(renewer.grant.key), publicKey);
    if (plain === null || this.activity.is !== 'playing') return;
    for (const reader of this.activity.readers) reader.startWith(plain);
  }

  chunkArrived(chunk: number, source: 'peer' | 'origin', sealed: Uint8Array<ArrayBuffer>): void {
    const { stats, clock, changes } = this.parts;
    stats[source].add(sealed.length, clock.now());
    if (this.activity.is === 'playing') {
      for (const reader of this.activity.readers) reader.chunkArrived(chunk, source, sealed);
    }
    this.membership.announceSoon();
    changes.touch();
  }

  sentWrongChunk(peer: string, chunk: number): void {
    const { stats, pool, report, log } = this.parts;
    log(`${peer} sent wrong bytes for chunk ${chunk} of ${this.versionId}`);
    stats.blame(peer, this.versionId, chunk);
    pool.ban(peer);
    report();
  }

  refused(peer: string, reason: Refusal): void {
    if (reason === 'bad_ticket') this.parts.pool.showTicketAgain(peer, this);
  }

  // For the readers.

  readFromCache(bytes: number): void {
    this.parts.stats.cache.add(bytes, this.parts.clock.now());
    this.parts.changes.touch();
  }

  savesData(): boolean {
    return this.parts.sharing.isMetered;
  }

  hinted(reader: AssetReader, hint: PlaybackHint): void {
    this.parts.nowPlaying.hinted(reader, hint);
    this.parts.changes.touch();
  }

  /** Playing ends; what is held goes on being served. */
  readerClosed(reader: AssetReader): void {
    const { nowPlaying, store, changes } = this.parts;
    nowPlaying.closed(reader);
    if (this.activity.is === 'playing') {
      const { download, readers } = this.activity;
      readers.delete(reader);
      if (readers.size === 0) {
        this.activity = { is: 'serving' };
        download.stop(new DOMException('the asset was closed', 'AbortError'));
        this.renewer.stop();
        store.release(this.versionId);
        // Prepared, and not played: others do not know of it.
        if (!this.membership.isWanted) this.close();
      }
    }
    changes.touch();
  }

  // For the grant.

  grantRenewed(): void {
    this.parts.pool.showTicket(this);
  }
}
