import type { Ranges } from '@/lib/contracts/fields';
import type { Message } from '@/lib/contracts/messages';
import type { PeerAdmission } from '@/lib/contracts/playback';
import type { PeerCoverage, Report, SharingMode, SignalIn } from '@/lib/contracts/signaling';
import type { PeerSnapshot } from '../api';

export type SignalingState = PeerSnapshot['signaling'];

/** What a peer hears from its tracker. */
export interface SignalingEvents {
  state(state: SignalingState): void;
  coverage(version: string, peers: PeerCoverage[]): void;
  signal(signal: SignalIn): void;
  /** @param ended it may be here no more: a link to it is closed at once */
  gone(peer: string, ended: boolean): void;
  fact(message: Message): void;
}

/** The tracker, as a peer sees it. Everything may fail while it is out of reach; playback does not depend on it. */
export interface Signaling {
  /** Called once. Is admitted anew at each connecting, and goes on reconnecting until `close`. */
  start(events: SignalingEvents, about: { admit: () => Promise<PeerAdmission>; mode: () => SharingMode }): void;
  /**
   * @param ahead it is only likely played next
   * @throws {EnxameError} the tracker's refusal, or `unavailable` while it is out of reach
   */
  join(version: string, ticket: string, have: Ranges, ahead?: boolean): Promise<PeerCoverage[]>;
  have(version: string, have: Ranges): void;
  leave(version: string): void;
  /** @throws {EnxameError} `not_assigned`, `unavailable`, … */
  signal(to: string, link: string, signal: string): Promise<void>;
  report(report: Report): void;
  close(): void;
}
