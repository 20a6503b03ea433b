import type { PeerState } from '@/lib/contracts/tabs';
import type { SwarmPeer } from '../api';

/** How this tab reaches the peer of its browser: the peer itself while this tab leads, through the leader otherwise. One for each leader. */
export interface PeerClient extends Pick<SwarmPeer, 'open' | 'expectNext' | 'expectPress' | 'setMode'> {
  /** Null until it is known. */
  state(): PeerState | null;
  /** Closes what is open; whoever waits is rejected. */
  close(): Promise<void>;
}

/** What a request is rejected with whose leader leads no more. */
export function leaderChanged(): DOMException {
  return new DOMException('another tab leads now', 'AbortError');
}
