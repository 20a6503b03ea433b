import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '@/lib/util/clock';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { fakeNetwork } from '../testing/fake-link';
import { type Link, LinkState } from './link';
import { Links, MAX_LINKS } from './links';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a link’s state', () => {
  it('leaves nobody waiting when it closes, tells of it once, and takes nothing more', async () => {
    const state = new LinkState();
    const frames: Uint8Array[] = [];
    let closes = 0;
    state.receive(Uint8Array.of(1));
    state.onFrame((frame) => frames.push(frame));
    state.onClose(() => closes++);
    const stranded = state.wait(() => {});
    const done = state.wait((resolve) => resolve());
    expect(state.close()).toBe(true);
    expect(state.close()).toBe(false);
    await expect(stranded).rejects.toThrow('closed');
    await expect(done).resolves.toBeUndefined();
    await expect(state.wait((resolve) => resolve())).rejects.toThrow('closed');
    state.receive(Uint8Array.of(2));
    state.onClose(() => closes++);
    expect(closes).toBe(2);
    expect(frames).toEqual([Uint8Array.of(1)]);
  });
});

/** Peers that reach each other through a tracker in memory. */
class Meeting {
  readonly clock = new HandClock();
  readonly network = fakeNetwork(this.clock);
  readonly peers = new Map<string, { links: Links; open: Map<string, Link>; lost: string[] }>();
  /** Signals relayed, as `from>to type`. */
  readonly relayed: string[] = [];
  relays = true;

  add(
    self: string,
    over: { leastUseful?: () => string | null; mayDial?: () => boolean; clock?: Clock; relayOnly?: () => boolean } = {},
  ) {
    const open = new Map<string, Link>();
    const lost: string[] = [];
    const links = new Links({
      self,
      connect: this.network.connectFor(self),
      ice: async () => ({ iceServers: [], relayOnly: over.relayOnly?.() ?? false }),
      clock: this.clock,
      signal: async (to, link, signal) => {
        if (!this.relays) throw new Error('not assigned');
        this.relayed.push(`${self}>${to} ${(JSON.parse(signal) as { type: string }).type}`);
        this.clock.after(1, () => this.peers.get(to)?.links.onSignal({ from: self, link, signal }));
      },
      onLink: (link) => {
        open.set(link.peer, link);
        link.onClose(() => {
          if (open.get(link.peer) === link) open.delete(link.peer);
        });
      },
      onLost: (peer) => lost.push(peer),
      leastUseful: over.leastUseful ?? (() => null),
      mayDial: over.mayDial ?? (() => true),
      log: () => {},
    });
    this.peers.set(self, { links, open, lost });
    return { links, open, lost };
  }

  async pass(ms: number) {
    for (let i = 0; i < ms; i += 10) {
      this.clock.pass(10);
      await settled();
    }
  }
}

let meeting: Meeting;
beforeEach(() => {
  meeting = new Meeting();
});

describe('links', () => {
  it('are made once for each pair, and carry frames both ways', async () => {
    const [a, b] = [meeting.add('a'), meeting.add('b')];
    a.links.want('b');
    a.links.want('b');
    expect(a.links.dialling('b')).not.toBeNull();
    await meeting.pass(50);
    a.links.want('b');
    expect(a.links.dialling('b')).toBeNull();
    expect(meeting.relayed).toEqual(['a>b offer', 'b>a answer']);
    const heard: Uint8Array[] = [];
    b.open.get('a')?.onFrame((frame) => heard.push(frame));
    void a.open.get('b')?.send(Uint8Array.of(1, 2));
    await meeting.pass(20);
    expect(heard).toEqual([Uint8Array.of(1, 2)]);
  });

  it('become one when both dial at the same moment', async () => {
    const [a, b] = [meeting.add('a'), meeting.add('b')];
    a.links.want('b');
    b.links.want('a');
    await meeting.pass(100);
    expect(meeting.network.openLinks()).toBe(1);
    expect([a.open.size, b.open.size]).toEqual([1, 1]);
  });

  it('are replaced when the other side lost its own and dials anew', async () => {
    const a = meeting.add('a');
    const before = meeting.add('b');
    before.links.want('a');
    await meeting.pass(50);
    const first = a.open.get('b');
    await meeting.pass(1000);
    // The other side comes back after a crash: the same id, and nothing of the link.
    const after = meeting.add('b');
    after.links.want('a');
    await meeting.pass(50);
    expect(a.open.get('b')).not.toBe(first);
    expect(after.open.size).toBe(1);
  });

  it('are not made anew at every offer of a peer that floods', async () => {
    const a = meeting.add('a');
    for (let i = 0; i < 100; i++)
      a.links.onSignal({ from: 'b', link: `x${i}`, signal: '{"type":"offer","token":"t"}' });
    await meeting.pass(50);
    expect(meeting.relayed).toEqual(['a>b answer']);
  });

  it('are tried again after a failure, later each time', async () => {
    const a = meeting.add('a');
    meeting.relays = false;
    const attempts = async (ms: number) => {
      const before = a.lost.length;
      for (let i = 0; i < ms; i += 100) {
        a.links.want('b');
        await meeting.pass(100);
      }
      return a.lost.length - before;
    };
    expect(await attempts(1900)).toBe(1);
    expect(await attempts(2000)).toBe(1);
    expect(await attempts(4000)).toBe(1);
    expect(await attempts(8000)).toBe(1);
  });

  it('are not made with oneself, nor with who was banned, whoever dials', async () => {
    const [a, b] = [meeting.add('a'), meeting.add('b')];
    a.links.want('a');
    a.links.want('b');
    await meeting.pass(50);
    a.links.ban('b');
    await meeting.pass(50);
    expect(a.open.size).toBe(0);
    a.links.want('b');
    b.links.want('a');
    await meeting.pass(50);
    expect(meeting.network.openLinks()).toBe(0);
    expect(a.links.isBanned('b')).toBe(true);
  });

  it('are dialled a few at a time, and never more than the most there may be', async () => {
    let least: string | null = null;
    const a = meeting.add('a', { leastUseful: () => least });
    const others = Array.from({ length: MAX_LINKS + 5 }, (_, i) => `p${i}`);
    for (const other of others) meeting.add(other);
    for (const other of others) a.links.want(other);
    await settled();
    expect(meeting.relayed.length).toBeLessThanOrEqual(4);
    await meeting.pass(1000);
    expect(a.open.size).toBe(MAX_LINKS);
    least = 'p0';
    const late = meeting.peers.get(`p${MAX_LINKS + 4}`);
    late?.links.want('a');
    await meeting.pass(100);
    expect(a.open.size).toBe(MAX_LINKS);
    expect(a.open.has(`p${MAX_LINKS + 4}`)).toBe(true);
    expect(a.open.has('p0')).toBe(false);
  });

  it('are not dialled while the player waits for sound, and are when it plays', async () => {
    const meeting = new Meeting();
    let silent = true;
    const a = meeting.add('a', { mayDial: () => !silent });
    const b = meeting.add('b');
    a.links.want('b');
    await meeting.pass(100);
    expect(a.open.size).toBe(0);
    // Somebody to wait for all the same.
    expect(a.links.dialling('b')).not.toBeNull();
    b.links.want('a');
    await meeting.pass(100);
    expect(a.open.size).toBe(1);
    b.links.close('a');
    await meeting.pass(100);
    expect(a.open.size).toBe(0);
    silent = false;
    a.links.want('b');
    await meeting.pass(100);
    expect(a.open.size).toBe(1);
  });

  it('that show an address end when it is to be hidden, and those through a relay stay', async () => {
    const meeting = new Meeting();
    let hidden = false;
    const a = meeting.add('a', { relayOnly: () => hidden });
    meeting.add('b');
    meeting.add('c');
    a.links.want('b');
    await meeting.pass(1000);
    hidden = true;
    a.links.want('c');
    await meeting.pass(1000);
    expect([...a.open.keys()].sort()).toEqual(['b', 'c']);
    a.links.closeDirect();
    expect([...a.open.keys()]).toEqual(['c']);
  });

  it('end all together, and no signal begins another', async () => {
    const [a, b] = [meeting.add('a'), meeting.add('b')];
    a.links.want('b');
    await meeting.pass(50);
    a.links.closeAll();
    await meeting.pass(50);
    expect([a.open.size, b.open.size]).toEqual([0, 0]);
    b.links.want('a');
    await meeting.pass(50);
    expect(meeting.network.openLinks()).toBe(0);
  });

  it('pay no heed to candidates of attempts that are over, nor to noise', () => {
    const { links, open } = meeting.add('a');
    links.onSignal({ from: 'b', link: 'x', signal: '{"type":"candidate"}' });
    links.onSignal({ from: 'b', link: 'x', signal: 'not JSON' });
    links.onSignal({ from: 'b', link: 'x', signal: 'null' });
    expect(links.dialling('b')).toBeNull();
    expect(open.size).toBe(0);
  });
});
