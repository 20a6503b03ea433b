/** One round of planning: the input, what follows from it at once, and the requests in flight as the plan adds and cancels some. */
import { BACKOFF_IS_ABSENT_MS } from './constants';
import type { Flight, PlanInput, PlanPeer } from './model';
import { type Need, needs } from './need';

export interface Round {
  readonly input: PlanInput;
  readonly need: Need;
  /** The peers that count. One that is not to be asked for long counts as absent. */
  readonly peers: readonly PlanPeer[];
  /** The policies only read it; `plan` writes to it. */
  readonly requests: Requests;
}

export function beginRound(input: PlanInput): Round {
  const peers = input.peers.filter((peer) => peer.backoffUntil - input.now <= BACKOFF_IS_ABSENT_MS);
  return { input, need: needs(input), peers, requests: new Requests(input.flights, peers) };
}

/** What is asked of whom, each decision of this round included. */
export class Requests {
  private readonly byChunk = new Map<number, Flight[]>();
  private readonly outstanding = new Map<string, number>();
  /** How many are in flight to all peers together. */
  toPeers = 0;

  constructor(flights: readonly Flight[], peers: readonly PlanPeer[]) {
    for (const flight of flights) this.insert(flight);
    for (const { peer, outstandingBytes } of peers) this.outstanding.set(peer, outstandingBytes);
  }

  /** How many chunks are asked of somebody. */
  get chunks(): number {
    return this.byChunk.size;
  }

  has(chunk: number): boolean {
    return this.byChunk.has(chunk);
  }

  of(chunk: number): readonly Flight[] {
    return this.byChunk.get(chunk) ?? [];
  }

  all(): Flight[] {
    return [...this.byChunk.values()].flat();
  }

  /** Bytes that a peer was asked for and has not sent yet. */
  outstandingAt(peer: PlanPeer): number {
    return this.outstanding.get(peer.peer) ?? 0;
  }

  /** @param bytes of the chunk */
  addToPeer(peer: PlanPeer, chunk: number, bytes: number, now: number): void {
    this.insert({ chunk, peer: peer.peer, span: -1, since: now });
    this.outstanding.set(peer.peer, this.outstandingAt(peer) + bytes);
  }

  cancel(flight: Flight): void {
    const left = this.of(flight.chunk).filter((other) => other !== flight);
    if (left.length > 0) this.byChunk.set(flight.chunk, left);
    else this.byChunk.delete(flight.chunk);
    if (flight.peer !== null) this.toPeers--;
  }

  /** The chunk counts as asked of nobody. */
  forget(chunk: number): void {
    this.byChunk.delete(chunk);
  }

  private insert(flight: Flight): void {
    this.byChunk.set(flight.chunk, [...this.of(flight.chunk), flight]);
    if (flight.peer !== null) this.toPeers++;
  }
}
