import type { PeerState } from '@/lib/contracts/tabs';
import type { SwarmPeer } from '../api';

/** Who opens assets for this tab now: its own peer while it leads, the leader otherwise. One for each change of who leads. */
export interface Desk extends Pick<SwarmPeer, 'open' | 'prepare' | 'setMode'> {
  /** Null until it is known. */
  state(): PeerState | null;
  /** What is open or asked for ends; whoever waits is told. */
  end(): Promise<void>;
}

/** Somebody waited for a leader that leads no more. */
export function moved(): DOMException {
  return new DOMException('another tab leads now', 'AbortError');
}
