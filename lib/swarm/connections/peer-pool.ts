/** The peers linked now, what each holds, and whom to dial. One pool for all versions that this tab takes part in. */
import type { ChunkSet } from '@/lib/assets/ranges';
import type { Manifest } from '@/lib/contracts/manifest';
import type { SignalIn } from '@/lib/contracts/signaling';
import type { Changes } from '@/lib/util/changes';
import type { Clock } from '@/lib/util/clock';
import type { NowPlaying } from '../asset/now-playing';
import type { PeerStats } from '../asset/peer-stats';
import type { TrackerCoverage } from '../asset/tracker-coverage';
import type { CandidatePeer } from '../download/download';
import type { Admissions } from '../tracker-client/admissions';
import type { Signaling } from '../tracker-client/signaling';
import type { Connect, Link } from './link';
import { Links } from './links';
import { PeerSession } from './peer-session';
import type { Sharing } from './sharing';
import { Uploads } from './uploads';

/** A dial is waited for this long; then the plan goes on as if the peer were not there. */
const DIAL_PATIENCE_MS = 5000;
/** A peer says what it holds within a round trip of the link's opening; this is a long one. */
const SETTLING_MS = 1000;
/** A link that carried nothing for this long may be given up for another. */
const USELESS_AFTER_MS = 5000;
/** A link that carried nothing for this long, to a peer that the tracker no longer names, is closed. */
const IDLE_AFTER_MS = 30_000;

/** Links to holders of what is likely played next, made before it is: one to ask and one for when that is busy. */
const LINKS_AHEAD = 2;

/** A version that this tab takes part in, as the pool sees it. */
export interface PooledAsset {
  readonly versionId: string;
  readonly manifest: Manifest;
  readonly coverage: TrackerCoverage;
  /** The ticket to show to peers of its swarm; null while nothing is fetched: others need not know of it then. */
  readonly ticketToShow: string | null;
  /** What others may be told is held here. */
  announced(): ChunkSet;
  /** A sealed, verified chunk; null when it is not held. */
  readChunk(chunk: number): Promise<Uint8Array | null>;
  /** A peer can be asked from now on. */
  peerLinked(): void;
  /** A linked peer says what it holds. */
  peerHas(): void;
  /** A dial failed, or a link closed. */
  peerLost(peer: string): void;
}

export interface PeerPoolOptions {
  self: string;
  clock: Clock;
  connect: Connect;
  signaling: Signaling;
  admissions: Admissions;
  sharing: Sharing;
  nowPlaying: NowPlaying;
  stats: PeerStats;
  changes: Changes;
  /** The listener wants links through a relay alone. */
  relayOnly: () => boolean;
  log: (message: string) => void;
}

export class PeerPool {
  readonly sessions = new Map<string, PeerSession>();
  /** By version id. */
  private readonly assets = new Map<string, PooledAsset>();
  private readonly links: Links;
  private readonly uploads: Uploads;

  constructor(private readonly options: PeerPoolOptions) {
    const { self, clock, connect, signaling, admissions, sharing, nowPlaying, relayOnly, log } = options;
    this.uploads = new Uploads({
      clock,
      notServing: (priority) => sharing.notServing(priority),
      read: async (versionId, chunk) => (await this.assets.get(versionId)?.readChunk(chunk)) ?? null,
    });
    this.links = new Links({
      self,
      connect,
      ice: async () => {
        const ice = await admissions.ice();
        return { ...ice, relayOnly: ice.relayOnly || relayOnly() };
      },
      clock,
      signal: (to, link, signal) => signaling.signal(to, link, signal),
      onLink: (link) => this.linked(link),
      onLost: (peer) => this.lost(peer),
      leastUseful: () => this.leastUseful(),
      mayDial: () => !nowPlaying.awaitsSound(),
      log,
    });
  }

  /** From now on this version's chunks may be asked for over the links, and are served. */
  attach(asset: PooledAsset): void {
    this.assets.set(asset.versionId, asset);
  }

  detach(asset: PooledAsset): void {
    if (this.assets.get(asset.versionId) === asset) this.assets.delete(asset.versionId);
  }

  isAttached(versionId: string): boolean {
    return this.assets.has(versionId);
  }

  /** Who may have chunks of a version: those linked, and those whose link may be waited for. Dials the others. */
  candidates({ versionId, coverage }: PooledAsset): CandidatePeer[] {
    const now = this.options.clock.now();
    const found: CandidatePeer[] = [];
    for (const [peer, { have, dialAt }] of coverage) {
      if (this.sessions.has(peer) || this.links.isBanned(peer)) continue;
      if (now >= dialAt) this.links.want(peer);
      const since = this.links.dialling(peer);
      if (since !== null && now - since < DIAL_PATIENCE_MS) found.push({ peer, session: null, settling: false, have });
    }
    for (const session of this.sessions.values()) {
      // What the peer says itself is newer than what the tracker passed on.
      const own = session.remoteHave(versionId);
      const have = own ?? coverage.haveOf(session.peer);
      const settling = own === null && now - session.openedAt < SETTLING_MS;
      if (have !== undefined) found.push({ peer: session.peer, session, settling, have });
    }
    return found;
  }

  /** These hold what is likely played next: dials some unless as many are linked. */
  meet(peers: readonly string[]): void {
    const unlinked = peers.filter((peer) => !this.sessions.has(peer) && this.links.dialling(peer) === null);
    const lacking = LINKS_AHEAD - (peers.length - unlinked.length);
    for (const peer of unlinked.slice(0, Math.max(0, lacking))) this.links.want(peer);
  }

  /** Shows the ticket for a version to every linked peer of its swarm. */
  showTicket(asset: PooledAsset): void {
    for (const session of this.sessions.values()) showTicketTo(session, asset);
  }

  /** The peer does not accept the ticket it was shown. */
  showTicketAgain(peer: string, asset: PooledAsset): void {
    const session = this.sessions.get(peer);
    if (session === undefined) return;
    session.forgetTicket(asset.versionId);
    showTicketTo(session, asset);
  }

  /** Tells those whose time it is. @returns ms until the next may be told; null: all know */
  tellHave(asset: PooledAsset): number | null {
    const have = asset.announced();
    const waits = [...this.sessions.values()].flatMap((session) => session.tellHave(asset.versionId, have) ?? []);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  onSignal(signal: SignalIn): void {
    this.links.onSignal(signal);
  }

  /**
   * The tracker says that a peer is gone or no longer paired. A link that works may outlive the other's socket.
   * @param ended the peer may be here no more: its link is closed even while it works
   */
  peerLeft(peer: string, ended = false): void {
    const session = this.sessions.get(peer);
    if (ended || session === undefined || this.isIdle(session, USELESS_AFTER_MS)) this.links.close(peer);
  }

  /** Closes the link to a peer, and never links to it again while the page lives. */
  ban(peer: string): void {
    this.links.ban(peer);
  }

  /** Closes links that nobody needs, or that show an address which is to be hidden. */
  prune(): void {
    if (this.options.relayOnly()) this.links.closeDirect();
    for (const session of [...this.sessions.values()]) {
      const isNamed = [...this.assets.values()].some(({ coverage }) => coverage.has(session.peer));
      if (!isNamed && this.isIdle(session, IDLE_AFTER_MS)) this.links.close(session.peer);
    }
  }

  close(): void {
    this.links.closeAll();
  }

  private linked(link: Link): void {
    const { clock, admissions, stats, changes, log } = this.options;
    const session: PeerSession = new PeerSession({
      link,
      clock,
      uploads: this.uploads,
      checkTicket: (peer, versionId, ticket) => admissions.checkTicket(peer, versionId, ticket),
      geometry: (versionId) => this.assets.get(versionId)?.manifest ?? null,
      onAdmitted: (versionId) => {
        const asset = this.assets.get(versionId);
        if (asset === undefined) return;
        session.tellHave(versionId, asset.announced());
        if (asset.ticketToShow !== null) session.showTicket(versionId, asset.ticketToShow);
      },
      onHave: (versionId) => this.assets.get(versionId)?.peerHas(),
      onBytes: (sent, received) => {
        stats.countLink(session.peer, sent, received, clock.now());
        changes.touch();
      },
      onBroken: (reason) => {
        log(`link to ${session.peer} dropped: ${reason}`);
        this.links.ban(session.peer);
      },
    });
    this.sessions.set(link.peer, session);
    link.onClose(() => {
      if (this.sessions.get(link.peer) === session) this.sessions.delete(link.peer);
    });
    for (const asset of this.assets.values()) {
      showTicketTo(session, asset);
      asset.peerLinked();
    }
    changes.touch();
  }

  private lost(peer: string): void {
    for (const asset of this.assets.values()) asset.peerLost(peer);
    this.options.changes.touch();
  }

  private isIdle(session: PeerSession, forMs: number): boolean {
    return session.outstandingBytes === 0 && this.options.clock.now() - session.lastUsefulAt > forMs;
  }

  private leastUseful(): string | null {
    const idle = [...this.sessions.values()].filter((session) => this.isIdle(session, USELESS_AFTER_MS));
    idle.sort((a, b) => a.lastUsefulAt - b.lastUsefulAt);
    return idle[0]?.peer ?? null;
  }
}

/** Only to a peer that the tracker named for the version, or that spoke of it itself. */
function showTicketTo(session: PeerSession, { versionId, ticketToShow, coverage }: PooledAsset): void {
  const isOfSwarm = coverage.has(session.peer) || session.remoteHave(versionId) !== null;
  if (ticketToShow !== null && isOfSwarm) session.showTicket(versionId, ticketToShow);
}
