import type { AccountRole } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { ServerToClient } from '@/lib/contracts/signaling';
import type { SignalingSocket } from './socket';
import type { TrackerUpdate } from './tracker/state';

/** A client that takes so many packets without reading one is let go: what it does not read is kept in memory here. */
const MAX_UNREAD_PACKETS = 1024;

export type ByeCode = Parameters<ServerToClient['bye']>[0]['code'];

/** The open sockets, one a peer and any number of observers, and how to reach them. */
export class Connections {
  private readonly all = new Set<SignalingSocket>();
  private readonly byPeer = new Map<string, SignalingSocket>();
  private readonly byAccount = new Map<string, Set<SignalingSocket>>();

  /** How many are peers; the others observe. */
  get peers(): number {
    return this.byPeer.size;
  }

  get observers(): number {
    return this.all.size - this.byPeer.size;
  }

  /** Sockets of an account, not counting the one that a new socket of `replacing` would replace. @param replacing null: an observer's */
  countOf(account: string, replacing: string | null): number {
    const sockets = this.byAccount.get(account) ?? new Set();
    const replaced = replacing === null ? undefined : this.byPeer.get(replacing);
    return sockets.size - (replaced !== undefined && sockets.has(replaced) ? 1 : 0);
  }

  /** Takes a socket. A peer's replaces the one that the peer had before, which is told `replaced` and closed. */
  add(socket: SignalingSocket): void {
    const { peer, account, observer } = socket.data;
    const old = observer ? undefined : this.byPeer.get(peer);
    if (!observer) this.byPeer.set(peer, socket);
    this.all.add(socket);
    const sockets = this.byAccount.get(account) ?? new Set();
    this.byAccount.set(account, sockets.add(socket));
    if (old !== undefined) this.bye(old, 'replaced');
    limitUnread(socket);
  }

  /** @returns whether it was a peer's current socket: not an observer's, nor one that had been replaced */
  remove(socket: SignalingSocket): boolean {
    const { peer, account } = socket.data;
    this.all.delete(socket);
    const sockets = this.byAccount.get(account);
    if (sockets?.delete(socket) && sockets.size === 0) this.byAccount.delete(account);
    if (this.byPeer.get(peer) !== socket) return false;
    return this.byPeer.delete(peer);
  }

  bye(socket: SignalingSocket, code: ByeCode): void {
    socket.emit('bye', { code });
    socket.disconnect(true);
  }

  byeAccount(account: string, code: ByeCode): void {
    for (const socket of [...(this.byAccount.get(account) ?? [])]) this.bye(socket, code);
  }

  byeSession(account: string, session: string): void {
    for (const socket of this.ofSession(account, session)) this.bye(socket, 'not_signed_in');
  }

  /** The peers whose sockets belong to a session; those that only observe are none. */
  peersOfSession(account: string, session: string): string[] {
    return this.ofSession(account, session).flatMap(({ data }) => (data.observer ? [] : [data.peer]));
  }

  private ofSession(account: string, session: string): SignalingSocket[] {
    return [...(this.byAccount.get(account) ?? [])].filter((socket) => socket.data.session === session);
  }

  /** Tells every peer that this one may be here no more: a link to it may be left that the tracker does not count any longer. */
  endedToAll(peer: string): void {
    for (const [id, socket] of this.byPeer) if (id !== peer) socket.emit('gone', { peer, ended: true });
  }

  /** What the account's open sockets may do from now on. */
  setRole(account: string, role: AccountRole): void {
    for (const socket of this.byAccount.get(account) ?? []) socket.data.role = role;
  }

  /** Cuts every line, as a bad network would: tabs come back by themselves, each with a token it was given anew. */
  cutAll(): void {
    for (const socket of [...this.all]) socket.conn.close();
  }

  ofPeer(peer: string): SignalingSocket | undefined {
    return this.byPeer.get(peer);
  }

  deliver(updates: readonly TrackerUpdate[]): void {
    for (const item of updates) {
      const socket = this.byPeer.get(item.to);
      if (socket === undefined) continue;
      if (item.event === 'gone') socket.emit('gone', item.data);
      else socket.emit('coverage', item.data);
    }
  }

  factToAccount(account: string, fact: Message): void {
    for (const socket of this.byAccount.get(account) ?? []) socket.emit('fact', fact);
  }

  /** To every administrator, and to every socket of these peers: where tabs share a peer, also to those that only observe. */
  factToAdminsAnd(peers: ReadonlySet<string>, fact: Message): void {
    for (const socket of this.all) {
      if (socket.data.role === 'admin' || peers.has(socket.data.peer)) socket.emit('fact', fact);
    }
  }

  factToAdmins(fact: Message): void {
    this.factToAdminsAnd(new Set(), fact);
  }

  factToAll(fact: Message): void {
    for (const socket of this.all) socket.emit('fact', fact);
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
