/** What the schedule knows when it plans, and what it may decide. */
import type { Priority } from '@/lib/contracts/frames';
import type { NeedInput } from './need';

/** One chunk asked of one source. `peer` null: the origin, as part of request `span`. */
export interface Flight {
  chunk: number;
  peer: string | null;
  span: number;
  /** Epoch ms. */
  since: number;
}

export interface PlanPeer {
  peer: string;
  /** `dialling`: a link is on its way and may be waited for. */
  link: 'open' | 'dialling';
  /** The link is so new that the peer has not yet said itself what it holds. */
  settling: boolean;
  has(chunk: number): boolean;
  /** How many chunks it holds. */
  holds: number;
  /** Measured, bytes a second; null before the first chunk. */
  rateBps: number | null;
  outstandingBytes: number;
  /** When bytes last came from it (epoch ms). */
  heardAt: number;
  /** It refused a request, and is not asked again before then (epoch ms). */
  backoffUntil: number;
}

export interface PlanInput extends NeedInput {
  /** This peer's id: decides who of several fetches a chunk from the origin that nobody has. */
  self: string;
  /** Epoch ms. */
  openedAt: number;
  /** How many chunks are held here. */
  holds: number;
  /** How many of them were held when it was opened. */
  heldAtFirst: number;
  flights: readonly Flight[];
  peers: readonly PlanPeer[];
  /** The tracker has said who holds this version. */
  tracked: boolean;
  originUsable: boolean;
  /** Seconds that the origin last took to bring the first chunk of a request; null before the first. */
  originChunkS: number | null;
  /** There is room to keep the whole asset: fetch it all, not only what is played soon. */
  whole: boolean;
}

export type Action =
  | { do: 'ask'; peer: string; chunk: number; priority: Priority }
  /** Chunks [from, to) in one request. */
  | { do: 'origin'; from: number; to: number }
  | { do: 'cancel'; peer: string; chunk: number }
  | { do: 'cancel-span'; span: number };

export interface Plan {
  actions: Action[];
  /** Plan again at this time (epoch ms) even when nothing happens. */
  wakeAt: number;
}
