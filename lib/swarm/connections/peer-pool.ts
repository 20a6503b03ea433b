/** The peers linked now, what each holds, and whom to dial. All versions share it. */
import type { ChunkSet } from '@/lib/assets/ranges';
import type { SignalIn } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { Version } from '../asset/version';
import type { CandidatePeer } from '../download/download';
import type { Connect } from './link';
import { Links, type LinksOptions } from './links';
import { PeerSession, type PeerSessionOptions } from './peer-session';
import type { Uploads } from './uploads';

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

export interface PeerPoolOptions {
  self: string;
  clock: Clock;
  connect: Connect;
  ice: LinksOptions['ice'];
  /** The listener wants links through a relay alone. */
  relayOnly: () => boolean;
  signal: LinksOptions['signal'];
  uploads: Uploads;
  checkTicket: PeerSessionOptions['checkTicket'];
  versions: ReadonlyMap<string, Version>;
  /** The player waits for sound: nothing is dialled. */
  awaitsSound: () => boolean;
  /** What others may be told to be held here. */
  announced: (version: Version) => ChunkSet;
  onBytes: (peer: string, sent: number, received: number) => void;
  onChange: () => void;
  log: (message: string) => void;
}

export class PeerPool {
  readonly sessions = new Map<string, PeerSession>();
  private readonly links: Links;

  constructor(private readonly options: PeerPoolOptions) {
    this.links = new Links({
      self: options.self,
      connect: options.connect,
      ice: async () => {
        const ice = await options.ice();
        return { ...ice, relayOnly: ice.relayOnly || options.relayOnly() };
      },
      clock: options.clock,
      signal: options.signal,
      onLink: (link) => this.linked(link),
      onLost: (peer) => this.lost(peer),
      leastUseful: () => this.leastUseful(),
      mayDial: () => !options.awaitsSound(),
      log: options.log,
    });
  }

  /** Who may have chunks of a version: those linked, and those whose link may be waited for. Dials the others. */
  candidates(version: Version): CandidatePeer[] {
    const now = this.options.clock.now();
    const found: CandidatePeer[] = [];
    for (const [peer, { have, dialAt }] of version.coverage) {
      if (this.sessions.has(peer) || this.links.isBanned(peer)) continue;
      if (now >= dialAt) this.links.want(peer);
      const since = this.links.dialling(peer);
      if (since !== null && now - since < DIAL_PATIENCE_MS) found.push({ peer, session: null, settling: false, have });
    }
    for (const session of this.sessions.values()) {
      // What the peer says itself is newer than what the tracker passed on.
      const own = session.remoteHave(version.id);
      const have = own ?? version.coverage.get(session.peer)?.have;
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

  /** Shows leave for a version to every linked peer of its swarm. */
  showTicket(version: Version): void {
    for (const session of this.sessions.values()) this.introduce(session, version);
  }

  /** The peer does not accept the ticket it was shown. */
  showTicketAgain(peer: string, version: Version): void {
    const session = this.sessions.get(peer);
    session?.forgetTicket(version.id);
    if (session !== undefined) this.introduce(session, version);
  }

  /** Tells those whose time it is. @returns ms until the next may be told; null: all know */
  tellHave(version: Version): number | null {
    const have = this.options.announced(version);
    const waits = [...this.sessions.values()].flatMap((session) => session.tellHave(version.id, have) ?? []);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  onSignal(signal: SignalIn): void {
    this.links.onSignal(signal);
  }

  /** The tracker says that a peer is gone or no longer paired. A link that works may outlive the other's socket. */
  peerLeft(peer: string): void {
    const session = this.sessions.get(peer);
    if (session === undefined || this.isIdle(session, USELESS_AFTER_MS)) this.links.close(peer);
  }

  ban(peer: string): void {
    this.links.ban(peer);
  }

  /** Closes links that nobody needs, or that show an address which is to be hidden. */
  prune(): void {
    if (this.options.relayOnly()) this.links.closeDirect();
    for (const session of [...this.sessions.values()]) {
      const isNamed = [...this.options.versions.values()].some((version) => version.coverage.has(session.peer));
      if (!isNamed && this.isIdle(session, IDLE_AFTER_MS)) this.links.close(session.peer);
    }
  }

  close(): void {
    this.links.closeAll();
  }

  private linked(link: Parameters<LinksOptions['onLink']>[0]): void {
    const { options } = this;
    const session: PeerSession = new PeerSession({
      link,
      clock: options.clock,
      uploads: options.uploads,
      checkTicket: options.checkTicket,
      geometry: (id) => options.versions.get(id)?.cached.manifest ?? null,
      onAdmitted: (id) => {
        const version = options.versions.get(id);
        if (version === undefined) return;
        session.tellHave(id, options.announced(version));
        if (version.download !== null) session.showTicket(id, version.grant.ticket);
      },
      onHave: (id) => options.versions.get(id)?.download?.scheduleSoon(),
      onBytes: (sent, received) => options.onBytes(session.peer, sent, received),
      onBroken: (reason) => {
        options.log(`link to ${session.peer} dropped: ${reason}`);
        this.links.ban(session.peer);
      },
    });
    this.sessions.set(link.peer, session);
    link.onClose(() => {
      if (this.sessions.get(link.peer) === session) this.sessions.delete(link.peer);
    });
    for (const version of options.versions.values()) {
      this.introduce(session, version);
      version.download?.schedule();
    }
    options.onChange();
  }

  /** Shown only while the version is fetched here, and only to whom the tracker named for it: others need not know of it. */
  private introduce(session: PeerSession, version: Version): void {
    const isOfSwarm = version.coverage.has(session.peer) || session.remoteHave(version.id) !== null;
    if (version.download !== null && isOfSwarm) session.showTicket(version.id, version.grant.ticket);
  }

  private lost(peer: string): void {
    for (const version of this.options.versions.values()) version.download?.peerLost(peer);
    this.options.onChange();
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
