import { importTicketKey, type TicketKey, verifyTicket } from '@/lib/assets/tickets';
import { CLOCK_TOLERANCE_S, type PeerAdmission } from '@/lib/contracts/playback';
import type { Clock } from '@/lib/util/clock';
import type { Ice } from '../connections/link';

/** Credentials of relays live for minutes to hours; asked anew after this, ms. */
const ICE_FRESH_MS = 10 * 60_000;

/** What the gateway tells a tab before it can take part; the newest answer counts. */
export class Admissions {
  private latest: { admission: PeerAdmission; at: number } | null = null;
  private asking: Promise<PeerAdmission> | null = null;
  private key: { text: string; key: Promise<TicketKey> } | null = null;

  constructor(
    private readonly ask: () => Promise<PeerAdmission>,
    private readonly clock: Clock,
  ) {}

  /** A new one: its token was used by nobody. @throws {EnxameError} */
  fresh(): Promise<PeerAdmission> {
    const asked = this.ask().then((admission) => {
      this.latest = { admission, at: this.clock.now() };
      return admission;
    });
    this.asking = asked;
    const done = () => {
      if (this.asking === asked) this.asking = null;
    };
    asked.then(done, done);
    return asked;
  }

  /** The newest there is, or is being asked for; its token may be used up. @throws {EnxameError} */
  async current(): Promise<PeerAdmission> {
    return this.latest?.admission ?? (await (this.asking ?? this.fresh()));
  }

  /** How links are made. */
  async ice(): Promise<Ice> {
    const { latest } = this;
    const isFresh = latest === null || this.clock.now() - latest.at < ICE_FRESH_MS;
    const admission = isFresh ? await this.current() : await this.fresh().catch(() => latest.admission);
    return { iceServers: admission.iceServers, relayOnly: admission.relayOnly === true };
  }

  /** Server's clock less this tab's, ms. */
  clockOffset(): number {
    return this.latest === null ? 0 : this.latest.admission.now - this.latest.at;
  }

  /** Whether a peer has leave for a version. @returns the end of its leave, epoch ms by this tab's clock; null when it has none */
  async checkTicket(peer: string, versionId: string, ticket: string): Promise<number | null> {
    const { publicKey } = await this.current();
    if (this.key?.text !== publicKey) this.key = { text: publicKey, key: importTicketKey(publicKey) };
    const claims = await verifyTicket(ticket, await this.key.key, this.clock.now() + this.clockOffset());
    if (claims.peer !== peer || claims.version !== versionId) return null;
    return (claims.exp + CLOCK_TOLERANCE_S) * 1000 - this.clockOffset();
  }
}
