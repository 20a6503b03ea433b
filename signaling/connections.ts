import type { AccountRole } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { ServerToClient } from '@/lib/contracts/signaling';
import type { SignalingSocket } from './socket';
import type { News } from './tracker/state';

/** A client that takes so many packets without reading one is let go: what it does not read is kept in memory here. */
const MAX_UNREAD_PACKETS = 1024;

export type ByeCode = Parameters<ServerToClient['bye']>[0]['code'];

/** The open sockets, one a peer, and how to reach them. */
export class Connections {
  readonly #byPeer = new Map<string, SignalingSocket>();
  readonly #byAccount = new Map<string, Set<SignalingSocket>>();

  get size(): number {
    return this.#byPeer.size;
  }

  /** Sockets of an account, not counting one of `exceptPeer`, which a new socket of that peer would replace. */
  countOf(account: string, exceptPeer: string): number {
    const sockets = this.#byAccount.get(account) ?? new Set();
    let count = sockets.size;
    for (const socket of sockets) if (socket.data.peer === exceptPeer) count--;
    return count;
  }

  /** Takes a peer's socket; the one it had before is told `replaced` and closed. */
  add(socket: SignalingSocket): void {
    const { peer, account } = socket.data;
    const old = this.#byPeer.get(peer);
    this.#byPeer.set(peer, socket);
    const sockets = this.#byAccount.get(account) ?? new Set();
    this.#byAccount.set(account, sockets.add(socket));
    if (old !== undefined) this.bye(old, 'replaced');
    limitUnread(socket);
  }

  /** @returns whether it was the peer's current socket, not one that had been replaced */
  remove(socket: SignalingSocket): boolean {
    const { peer, account } = socket.data;
    const sockets = this.#byAccount.get(account);
    if (sockets?.delete(socket) && sockets.size === 0) this.#byAccount.delete(account);
    if (this.#byPeer.get(peer) !== socket) return false;
    return this.#byPeer.delete(peer);
  }

  bye(socket: SignalingSocket, code: ByeCode): void {
    socket.emit('bye', { code });
    socket.disconnect(true);
  }

  byeAccount(account: string, code: ByeCode): void {
    for (const socket of [...(this.#byAccount.get(account) ?? [])]) this.bye(socket, code);
  }

  byeSession(account: string, session: string): void {
    for (const socket of [...(this.#byAccount.get(account) ?? [])]) {
      if (socket.data.session === session) this.bye(socket, 'not_signed_in');
    }
  }

  /** What the account's open sockets may do from now on. */
  setRole(account: string, role: AccountRole): void {
    for (const socket of this.#byAccount.get(account) ?? []) socket.data.role = role;
  }

  /** Cuts every line, as a bad network would: tabs come back by themselves, each with a token it was given anew. */
  cutAll(): void {
    for (const socket of [...this.#byPeer.values()]) socket.conn.close();
  }

  ofPeer(peer: string): SignalingSocket | undefined {
    return this.#byPeer.get(peer);
  }

  deliver(news: readonly News[]): void {
    for (const item of news) {
      const socket = this.#byPeer.get(item.to);
      if (socket === undefined) continue;
      if (item.event === 'gone') socket.emit('gone', item.data);
      else socket.emit('coverage', item.data);
    }
  }

  factToAccount(account: string, fact: Message): void {
    for (const socket of this.#byAccount.get(account) ?? []) socket.emit('fact', fact);
  }

  factToPeers(peers: Iterable<string>, fact: Message): void {
    for (const peer of peers) this.#byPeer.get(peer)?.emit('fact', fact);
  }

  factToAll(fact: Message): void {
    for (const socket of this.#byPeer.values()) socket.emit('fact', fact);
  }

  peersWith(role: AccountRole): string[] {
    return [...this.#byPeer.values()].filter((socket) => socket.data.role === role).map((socket) => socket.data.peer);
  }
}

function limitUnread(socket: SignalingSocket): void {
  let unread = 0;
  socket.conn.on('packetCreate', () => {
    if (++unread > MAX_UNREAD_PACKETS) socket.conn.close(true);
  });
  socket.conn.on('drain', () => {
    unread = 0;
  });
}
