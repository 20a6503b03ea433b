/** Enough of a peer's identifier to tell neighbours apart. */
export const shortPeer = (peer: string) => peer.slice(0, 6);
