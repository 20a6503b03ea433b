/** Links in memory, for tests and the simulator: a network on which every peer reaches every other. */
import type { Clock } from '@/lib/util/clock';
import { type Connect, type Link, LinkState } from '../connections/link';

export interface FakeWire {
  /** One way, ms. */
  delayMs: number;
  /** From the answer to an offer until the link is open, ms. */
  dialMs: number;
  /** How long a frame takes to get there beside the delay, ms: where the network's rates are limited. */
  carryMs: (bytes: number, from: string, to: string) => number;
  /** What becomes of a frame under way; null: it is lost. */
  tamper: (frame: Uint8Array<ArrayBuffer>, from: string, to: string) => Uint8Array | null;
}

export interface FakeNetwork {
  wire: FakeWire;
  connectFor(self: string): Connect;
  /** Closes every link of a peer, as a crash would. */
  cut(peer: string): void;
  /** Links open now, each pair once. */
  openLinks(): number;
}

interface End {
  self: string;
  state: LinkState;
  made: (link: Link) => void;
}

export function fakeNetwork(clock: Clock): FakeNetwork {
  const offers = new Map<string, End>();
  const answers = new Map<string, End>();
  const open = new Set<{ peers: [string, string]; states: [LinkState, LinkState] }>();
  const wire: FakeWire = { delayMs: 1, dialMs: 0, carryMs: () => 0, tamper: (frame) => frame };

  const linkOf = (mine: End, theirs: End): Link => {
    let arrivals: Promise<void> = Promise.resolve();
    return {
      peer: theirs.self,
      send: (frame) =>
        mine.state.wait((resolve) => {
          const sent = wire.tamper(frame.slice(), mine.self, theirs.self);
          const at = clock.now() + wire.delayMs + wire.carryMs(frame.length, mine.self, theirs.self);
          arrivals = arrivals.then(() => new Promise((done) => clock.after(at - clock.now(), () => done())));
          void arrivals.then(() => {
            if (sent !== null) theirs.state.receive(sent);
            resolve();
          });
        }),
      onFrame: (handler) => mine.state.onFrame(handler),
      onClose: (handler) => mine.state.onClose(handler),
      close: () => void mine.state.close(),
    };
  };

  const join = (a: End, b: End) => {
    open.add({ peers: [a.self, b.self], states: [a.state, b.state] });
    a.state.onClose(() => clock.after(wire.delayMs, () => b.state.close()));
    b.state.onClose(() => clock.after(wire.delayMs, () => a.state.close()));
    a.made(linkOf(a, b));
    b.made(linkOf(b, a));
  };

  const connectFor =
    (self: string): Connect =>
    ({ initiator, onSignal }) => {
      const state = new LinkState();
      let made: (link: Link) => void = () => {};
      const link = new Promise<Link>((resolve, reject) => {
        made = resolve;
        state.onClose(() => reject(new Error('the dial was given up')));
      });
      link.catch(() => {});
      const end: End = { self, state, made };
      if (initiator) {
        const token = crypto.randomUUID();
        offers.set(token, end);
        clock.after(0, () => onSignal(JSON.stringify({ type: 'offer', token })));
      }
      return {
        link,
        signal(text) {
          const { type, token } = JSON.parse(text) as { type: string; token: string };
          if (type === 'offer') {
            answers.set(token, end);
            onSignal(JSON.stringify({ type: 'answer', token }));
          } else {
            const answer = answers.get(token);
            answers.delete(token);
            offers.delete(token);
            clock.after(wire.dialMs, () => {
              if (answer !== undefined && !answer.state.closed && !state.closed) join(end, answer);
            });
          }
        },
        close: () => state.close(),
      };
    };

  return {
    wire,
    connectFor,
    cut(peer) {
      for (const { peers, states } of open) if (peers.includes(peer)) for (const state of states) state.close();
    },
    openLinks() {
      for (const pair of open) if (pair.states.some((state) => state.closed)) open.delete(pair);
      return open.size;
    },
  };
}
