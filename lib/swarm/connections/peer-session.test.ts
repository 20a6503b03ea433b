import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sealedRange } from '@/lib/assets/geometry';
import { ChunkSet } from '@/lib/assets/ranges';
import { decodeFrame, encodeFrame, type Frame } from '@/lib/contracts/frames';
import { newId } from '@/lib/contracts/ids';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { DENIED_MS } from './coverage-exchange';
import { type Link, LinkState } from './link';
import { PeerSession } from './peer-session';
import { type Upload, Uploads } from './uploads';

const V = newId();
const GEOMETRY = { size: 100_000, chunkSize: 40_000, chunks: 3 };
const sealed = (chunk: number) => {
  const { start, end } = sealedRange(GEOMETRY, chunk);
  return new Uint8Array(end - start).fill(chunk + 1);
};

/** One session, and the other end of its link as a stranger holds it. */
class Wire {
  readonly clock = new HandClock();
  readonly state = new LinkState();
  readonly said: Frame[] = [];
  readonly broken: string[] = [];
  barred: 'off' | 'buffer_low' | null = null;
  held = ChunkSet.of([0, 1, 2]);
  ticketEnd: number | null = 2_000_000;
  /** Frames are taken only while this is open. */
  stuck = false;
  readonly uploads = new Uploads({
    clock: this.clock,
    notServing: () => this.barred,
    read: async (_, chunk) => (this.held.has(chunk) ? sealed(chunk) : null),
  });
  readonly admitted: string[] = [];
  readonly bytes = { sent: 0, received: 0 };
  readonly session: PeerSession;

  constructor() {
    const link: Link = {
      peer: 'them',
      send: (frame) =>
        this.state.wait((resolve) => {
          this.said.push(decode(frame));
          if (!this.stuck) resolve();
        }),
      onFrame: (handler) => this.state.onFrame(handler),
      onClose: (handler) => this.state.onClose(handler),
      close: () => void this.state.close(),
    };
    this.session = new PeerSession({
      link,
      clock: this.clock,
      uploads: this.uploads,
      checkTicket: async () => this.ticketEnd,
      geometry: (versionId) => (versionId === V ? GEOMETRY : null),
      onAdmitted: (versionId) => this.admitted.push(versionId),
      onHave: () => {},
      onBytes: (sent, received) => {
        this.bytes.sent += sent;
        this.bytes.received += received;
      },
      onBroken: (reason) => this.broken.push(reason),
    });
  }

  hear(frame: Frame) {
    this.state.receive(encodeFrame(frame));
  }

  ask(chunk: number) {
    const outcome: { bytes?: Uint8Array; failed?: string } = {};
    const cancel = this.session.request({
      versionId: V,
      chunk,
      priority: 'stream',
      done: (bytes) => {
        outcome.bytes = bytes;
      },
      failed: (reason) => {
        outcome.failed = reason;
      },
    });
    const request = this.said.findLast((frame) => frame.type === 'request')?.request ?? 0;
    return { outcome, cancel, request };
  }

  data(request: number, chunk: number, from = 0, to = Number.POSITIVE_INFINITY) {
    const bytes = sealed(chunk);
    for (let offset = from; offset < Math.min(to, bytes.length); offset += 16_384) {
      this.hear({ type: 'data', request, offset, bytes: bytes.subarray(offset, offset + 16_384) });
    }
  }
}

function decode(bytes: Uint8Array<ArrayBuffer>): Frame {
  const frame = decodeFrame(bytes);
  if (frame === null) throw new Error('a malformed frame was sent');
  return frame;
}

let wire: Wire;
beforeEach(() => {
  wire = new Wire();
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('asking', () => {
  it('puts a chunk together and measures who brought it', () => {
    const { outcome, request } = wire.ask(1);
    expect(wire.session.outstandingBytes).toBe(40_016);
    wire.clock.pass(40);
    wire.data(request, 1);
    expect(outcome.bytes).toEqual(sealed(1));
    expect(wire.session.outstandingBytes).toBe(0);
    expect(wire.session.rate.bps).toBeCloseTo(1_000_400);
    expect(wire.bytes.received).toBe(40_016);
  });

  it.each<[string, (request: number) => void]>([
    ['comes for a request that was never made', () => wire.data(77, 1)],
    ['comes out of order', (request) => wire.data(request, 1, 16_384)],
    ['comes twice', (request) => [wire.data(request, 1, 0, 1), wire.data(request, 1, 0, 1)]],
    ['comes after the chunk was whole', (request) => [wire.data(request, 1), wire.data(request, 1, 0, 1)]],
    [
      'is longer than the chunk',
      (request) => {
        wire.data(request, 1, 0, 32_768);
        wire.hear({ type: 'data', request, offset: 32_768, bytes: new Uint8Array(7_249) });
      },
    ],
    ['is a refusal of nothing', () => wire.hear({ type: 'refuse', request: 77, reason: 'busy' })],
    ['is malformed', () => wire.state.receive(new Uint8Array(30).fill(9))],
    ['claims chunks beyond the asset', () => wire.hear({ type: 'have', version: V, have: [0, 4] })],
    [
      'asks for a chunk beyond the asset',
      () => wire.hear({ type: 'request', request: 1, version: V, chunk: 3, priority: 'stream' }),
    ],
  ])('ends the link when what comes %s', (_, misbehave) => {
    const { outcome, request } = wire.ask(1);
    const before = outcome.bytes;
    misbehave(request);
    expect(wire.state.closed).toBe(true);
    expect(wire.broken).toHaveLength(1);
    expect(before).toBeUndefined();
    if (outcome.bytes === undefined) expect(outcome.failed).toBe('closed');
  });

  it('bears what was under way when it cancelled, and nothing is called any more', () => {
    const { outcome, cancel, request } = wire.ask(1);
    wire.data(request, 1, 0, 16_384);
    cancel();
    wire.data(request, 1, 16_384);
    wire.hear({ type: 'refuse', request, reason: 'busy' });
    expect(wire.said.at(-1)).toEqual({ type: 'cancel', request });
    expect(wire.state.closed).toBe(false);
    expect(outcome).toEqual({});
    expect(wire.session.outstandingBytes).toBe(0);
  });

  it('hears refusals, and forgets that the peer has what it has not', () => {
    wire.hear({ type: 'have', version: V, have: [0, 3] });
    const { outcome, request } = wire.ask(1);
    wire.hear({ type: 'refuse', request, reason: 'not_held' });
    expect(outcome.failed).toBe('not_held');
    expect(wire.session.remoteHave(V)?.toRanges()).toEqual([0, 1, 2, 3]);
  });

  it('does not ask again for a chunk that was denied, whatever is announced, until some time has passed', () => {
    const denies = (chunk: number) => wire.session.hasDenied(V, chunk);
    const first = wire.ask(1);
    expect(denies(1)).toBe(false);
    wire.hear({ type: 'refuse', request: first.request, reason: 'not_held' });
    wire.hear({ type: 'have', version: V, have: [0, 3] });
    expect([0, 1, 2].map(denies)).toEqual([false, true, false]);
    // A denial that comes after the request was taken back counts, too; another reason to refuse does not.
    const second = wire.ask(2);
    second.cancel();
    wire.hear({ type: 'refuse', request: second.request, reason: 'not_held' });
    wire.hear({ type: 'refuse', request: wire.ask(0).request, reason: 'busy' });
    expect([0, 1, 2].map(denies)).toEqual([false, true, true]);
    wire.clock.pass(DENIED_MS - 1);
    expect(denies(1)).toBe(true);
    wire.clock.pass(1);
    expect(denies(1)).toBe(false);
  });

  it('fails whoever waits when the link ends, and at once afterwards', async () => {
    const first = wire.ask(0);
    wire.session.close();
    expect(first.outcome.failed).toBe('closed');
    const second = wire.ask(1);
    await settled();
    expect(second.outcome.failed).toBe('closed');
  });

  it('pays no heed to what peers say of versions that are not played here', () => {
    wire.hear({ type: 'have', version: newId(), have: [0, 1_000_000] });
    expect(wire.state.closed).toBe(false);
  });
});

describe('serving', () => {
  const ticket = { type: 'ticket', version: V, ticket: 'a ticket' } as const;
  const request = (number: number, chunk: number, version = V) =>
    wire.hear({ type: 'request', request: number, version, chunk, priority: 'stream' });
  const refusals = () => wire.said.filter((frame) => frame.type === 'refuse');

  it('is for those with a ticket: a request right behind it waits until it is checked', async () => {
    request(1, 0);
    await settled();
    expect(refusals()).toEqual([{ type: 'refuse', request: 1, reason: 'bad_ticket' }]);
    wire.hear(ticket);
    request(2, 2);
    await settled();
    expect(wire.admitted).toEqual([V]);
    const data = wire.said.filter((frame) => frame.type === 'data');
    expect(data.map((frame) => [frame.request, frame.offset, frame.bytes.length])).toEqual([
      [2, 0, 16_384],
      [2, 16_384, 3_632],
    ]);
    expect(wire.bytes.sent).toBe(20_016);
  });

  it('ends with the ticket', async () => {
    wire.hear(ticket);
    await settled();
    wire.clock.pass(1_000_001);
    request(1, 0);
    await settled();
    expect(refusals()).toEqual([{ type: 'refuse', request: 1, reason: 'bad_ticket' }]);
  });

  it.each<[string, () => void, string]>([
    ['bad_ticket', () => (wire.ticketEnd = null), V],
    ['off', () => (wire.barred = 'off'), V],
    ['paused', () => (wire.barred = 'buffer_low'), V],
    ['not_held', () => wire.held.remove(0), V],
    ['not_held', () => {}, newId()],
  ])('is refused as %s', async (reason, given, version) => {
    given();
    wire.hear({ ...ticket, version });
    request(1, 0, version);
    await settled();
    expect(refusals()).toEqual([{ type: 'refuse', request: 1, reason }]);
  });

  it('tells what is held only to those who may know', async () => {
    wire.session.tellHave(V, wire.held);
    expect(wire.said).toEqual([]);
    wire.hear(ticket);
    await settled();
    wire.session.tellHave(V, wire.held);
    expect(wire.said).toEqual([{ type: 'have', version: V, have: [0, 3] }]);
  });

  it('is two at a time, in turn, and stops at a cancel', async () => {
    wire.stuck = true;
    wire.hear(ticket);
    for (let i = 0; i < 6; i++) request(i, 0);
    await settled();
    const serving = () => new Set(wire.said.flatMap((frame) => (frame.type === 'data' ? [frame.request] : [])));
    expect([...serving()]).toEqual([0, 1]);
    for (let i = 0; i < 4; i++) wire.hear({ type: 'cancel', request: i });
    wire.hear({ type: 'cancel', request: 4 });
    expect(wire.uploads.knows(wire.session, 5)).toBe(true);
    expect([0, 1, 2, 3, 4].some((number) => wire.uploads.knows(wire.session, number))).toBe(false);
  });

  it('does not outlive the link', async () => {
    wire.stuck = true;
    wire.hear(ticket);
    for (let i = 0; i < 6; i++) request(i, 0);
    await settled();
    wire.state.close();
    await settled();
    expect([0, 1, 2, 3, 4, 5].some((number) => wire.uploads.knows(wire.session, number))).toBe(false);
  });

  it.each<[string, () => void]>([
    ['a number used twice', () => [request(1, 0), request(1, 1)]],
    ['requests', () => Array.from({ length: 200 }, (_, i) => request(i, 0))],
    ['tickets', () => Array.from({ length: 200 }, () => wire.hear(ticket))],
  ])('ends the link at a flood: %s', async (_, flood) => {
    wire.stuck = true;
    wire.hear(ticket);
    flood();
    await settled();
    if (!wire.state.closed) flood();
    await settled();
    expect(wire.state.closed).toBe(true);
  });

  it('keeps to its rate', async () => {
    wire.hear(ticket);
    for (let i = 0; i < 60; i++) request(i, 0);
    await settled();
    const early = wire.bytes.sent;
    expect(early).toBeLessThan(700_000);
    for (let i = 0; i < 20; i++) {
      wire.clock.pass(50);
      await settled();
    }
    expect(wire.bytes.sent - early).toBeGreaterThan(1_000_000);
    expect(wire.bytes.sent - early).toBeLessThan(4_300_000);
  });
});

describe('an upload', () => {
  it('is refused as busy when its link waits for too many already', () => {
    const refuse = vi.fn();
    const owner = {};
    const upload = (request: number): Upload => ({
      owner,
      request,
      versionId: V,
      chunk: 0,
      priority: 'stream',
      data: () => new Promise(() => {}),
      refuse,
    });
    for (let i = 0; i < 70; i++) wire.uploads.offer(upload(i));
    expect(refuse).toHaveBeenCalledTimes(4);
    expect(refuse).toHaveBeenCalledWith('busy');
  });
});
