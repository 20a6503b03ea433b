/**
 * Places that are held for as long as their holders want, such as downloads. Shared fairly: nobody holds more than a share, and when all are
 * taken, whoever has most makes room for whoever has less.
 */
import { EnxameError } from '@/lib/contracts/errors';

/** Who holds or asks for a slot. */
export interface Holder {
  account: string;
  /** One tab (or with shared tabs, one browser). */
  peer: string;
  /** Network that the request comes from, about one site; a university or a proxy may have all of its people in one. */
  network: string;
}

export interface SlotLimits {
  total: number;
  perPeer: number;
  perAccount: number;
}

/** `place`: index of the slot that makes room. */
export type SlotDecision = { kind: 'take' } | { kind: 'replace'; place: number } | { kind: 'own_limit' | 'full' };

/**
 * Whether one more may have a slot. A network has no limit of its own, since many honest people may share one; but when all slots are taken
 * and one network has more than half of them, it makes room for others.
 * @param held the slots taken, in the order they were taken: of those who must make room, the oldest goes, because honest requests are short
 */
export function decideSlot(held: readonly Holder[], newcomer: Holder, limits: SlotLimits): SlotDecision {
  const mine = (key: keyof Holder) => held.filter((other) => other[key] === newcomer[key]).length;
  const ofAccount = mine('account');
  if (ofAccount >= limits.perAccount || mine('peer') >= limits.perPeer) return { kind: 'own_limit' };
  if (held.length < limits.total) return { kind: 'take' };

  // One more than the newcomer will have: between equals nothing would be gained.
  const account = largest(held, 'account');
  if (account.slots > ofAccount + 1) return { kind: 'replace', place: account.oldest };
  const network = largest(held, 'network');
  if (network.slots > limits.total / 2 && network.slots > mine('network') + 1) {
    return { kind: 'replace', place: network.oldest };
  }
  return { kind: 'full' };
}

/** Who has most slots by `key`: how many, and the place of the oldest of them. */
function largest(held: readonly Holder[], key: keyof Holder): { slots: number; oldest: number } {
  const groups = new Map<string, { slots: number; oldest: number }>();
  let most = { slots: 0, oldest: 0 };
  for (const [place, holder] of held.entries()) {
    const group = groups.get(holder[key]) ?? { slots: 0, oldest: place };
    group.slots++;
    groups.set(holder[key], group);
    if (group.slots > most.slots) most = group;
  }
  return most;
}

interface Slot extends Holder {
  end: () => void;
}

/** The slots themselves. */
export class FairSlots {
  private held: Slot[] = [];

  constructor(private readonly limits: SlotLimits) {}

  get size(): number {
    return this.held.length;
  }

  get isFull(): boolean {
    return this.held.length >= this.limits.total;
  }

  /** Every account with a slot, once. */
  accounts(): string[] {
    return [...new Set(this.held.map(({ account }) => account))];
  }

  /**
   * @param end called when this slot must make room or is ended; it is no longer held then
   * @returns gives the slot back; may be called again
   * @throws {EnxameError} `too_many_requests` over the own share; `unavailable` when all are taken fairly
   */
  take(holder: Holder, end: () => void): () => void {
    const decision = decideSlot(this.held, holder, this.limits);
    if (decision.kind === 'own_limit') {
      throw new EnxameError('too_many_requests', 'Too many of these requests at the same time.', { retryAfterS: 1 });
    }
    if (decision.kind === 'full') throw new EnxameError('unavailable', 'The server is busy.', { retryAfterS: 1 });
    if (decision.kind === 'replace') for (const replaced of this.held.splice(decision.place, 1)) replaced.end();
    const slot: Slot = { ...holder, end };
    this.held.push(slot);
    return () => {
      this.held = this.held.filter((other) => other !== slot);
    };
  }

  /** Ends what an account holds; without one, all. */
  end(account?: string): void {
    const ended = this.held.filter((slot) => account === undefined || slot.account === account);
    this.held = this.held.filter((slot) => !ended.includes(slot));
    for (const slot of ended) slot.end();
  }
}
