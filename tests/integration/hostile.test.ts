/**
 * A listener among malicious peers, in one process and in virtual time: the real peer of lib/swarm, linked with a peer that lies, floods or
 * keeps silent. Whatever it does, the music has no gap, and who broke a rule is dropped or named. The same against the real server and over
 * WebRTC, without deadlines: hostile-server.test.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signTicket } from '@/lib/assets/tickets';
import { type Frame, MAX_FRAME_BYTES } from '@/lib/contracts/frames';
import { newId } from '@/lib/contracts/ids';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { type Behaviour, MaliciousPeer } from '@/lib/swarm/testing/malicious-peer';
import { type HarnessAsset, SwarmHarness } from '@/lib/swarm/testing/swarm-harness';
import { VirtualClock } from '@/lib/util/testing/virtual-clock';

/** Three chunks a second, as an uncompressed CD has them: each has its deadline, and a scenario takes seconds of virtual time. */
const CHUNKS = 12;
const SECONDS_PER_CHUNK = 1 / 3;
/** Sound that is read ahead, seconds. */
const AHEAD_S = 2;
const FLOOD_FRAMES = 5_000;

let clock: VirtualClock;
let harness: SwarmHarness;
let track: HarnessAsset;
/** What the listener logged. */
let said: string[];

beforeEach(async () => {
  clock = new VirtualClock();
  harness = await SwarmHarness.create(clock);
  track = await harness.addAsset(CHUNKS, SECONDS_PER_CHUNK);
  said = [];
});
afterEach(async () => {
  await harness.close();
  await clock.close();
});

/**
 * Plays the track: a chunk is read when no more than AHEAD_S of sound is buffered, and each has its deadline.
 * @returns seconds by which each late chunk was late
 */
async function play(asset: OpenAsset): Promise<number[]> {
  const { chunkSize, size, durationS } = asset.manifest;
  const bytesPerSecond = size / durationS;
  const late: number[] = [];
  let began: number | null = null;
  const playedS = () => (began === null ? 0 : (clock.now() - began) / 1000);
  for (let at = 0; at < size; at += chunkSize) {
    const bufferedS = () => at / bytesPerSecond - playedS();
    const hint = () => asset.hint({ playing: true, timeS: playedS(), bufferedS: bufferedS() });
    while (bufferedS() > AHEAD_S) {
      hint();
      await clock.wait(20);
    }
    hint();
    const end = Math.min(size, at + chunkSize);
    expect(Buffer.from(await asset.read(at, end)).equals(track.plain.subarray(at, end))).toBe(true);
    if (began !== null && bufferedS() < 0) late.push(-bufferedS());
    began ??= clock.now();
  }
  return late;
}

/** Plays beside the malicious peer from the moment that both are linked. */
async function playBeside(behave: Behaviour): Promise<{ other: MaliciousPeer; peer: SwarmPeer; asset: OpenAsset }> {
  const other = new MaliciousPeer(harness, track, behave);
  const peer = harness.addPeer({ log: (message) => said.push(message) });
  const asset = await peer.open(track.trackId);
  // Nothing is wanted meanwhile: the origin would bring it before the link is there.
  await clock.until('the link', () => other.linked);
  expect(await play(asset)).toEqual([]);
  return { other, peer, asset };
}

async function expectDropped(other: MaliciousPeer, reason?: string | RegExp) {
  const heard = () => JSON.stringify(other.heard.map(({ type }) => type));
  await clock.until(
    () => `dropped; it heard ${heard()}; the listener said ${said.join('; ')}`,
    () => other.dropped,
  );
  if (reason !== undefined) expect(said.join()).toMatch(reason);
}

const blamed = (other: MaliciousPeer) =>
  clock.until('blamed', () => harness.reports.some((report) => report.blamed.some(({ peer }) => peer === other.id)));

const requestsTo = (other: MaliciousPeer): number[] =>
  other.heard.flatMap((frame) => (frame.type === 'request' ? [frame.chunk] : []));

describe('bytes that are not what was asked for', () => {
  it.each<[string, Behaviour]>([
    [
      'wrong ones',
      (frame, self) => {
        if (frame.type === 'request') self.sendChunk(frame.request, new Uint8Array(65_552).fill(frame.chunk));
      },
    ],
    [
      'right ones, of another chunk',
      (frame, self) => {
        if (frame.type !== 'request') return;
        const start = frame.chunk === 0 ? 65_552 : 0;
        self.sendChunk(frame.request, track.sealed.subarray(start, start + 65_552));
      },
    ],
  ])('%s', async (_, behave) => {
    const { other, asset } = await playBeside(behave);
    expect(asset.bytes().peer).toBe(0);
    await expectDropped(other);
    await blamed(other);
  });
});

describe('malformed frames', () => {
  it.each([
    ['huge', 200_000],
    ['too long by one byte', MAX_FRAME_BYTES + 1],
    ['cut off', 3],
  ])('%s', async (_, length) => {
    const { other } = await playBeside((frame, self) => {
      if (frame.type === 'request') self.sendRaw(new Uint8Array(length).fill(3));
    });
    await expectDropped(other, 'a malformed frame');
  });

  it('random', async () => {
    const { other } = await playBeside((frame, self) => {
      // A first byte of 255 is no type of frame.
      if (frame.type === 'request') self.sendRaw(crypto.getRandomValues(new Uint8Array(500)).fill(255, 0, 1));
    });
    await expectDropped(other, 'a malformed frame');
  });
});

describe('floods over the link', () => {
  function flood(other: MaliciousPeer, frameOf: (i: number) => Frame): void {
    for (let i = 1; i <= FLOOD_FRAMES; i++) other.send(frameOf(i));
  }

  it.each([
    ['requests without leave', false],
    ['requests with leave', true],
  ])('of %s', async (_, withLeave) => {
    let flooding = false;
    const { other } = await playBeside((frame, self) => {
      if (flooding || frame.type !== 'ticket') return;
      flooding = true;
      const version = track.versionId;
      void harness.grant(track.trackId, self.id).then(({ ticket }) => {
        if (withLeave) self.send({ type: 'ticket', version, ticket });
        flood(self, (i) => ({ type: 'request', request: i, version, chunk: 0, priority: 'urgent' }));
      });
    });
    await expectDropped(other, /a flood of frames|too many requests at once/);
  });

  it('of claims', async () => {
    let flooding = false;
    const { other } = await playBeside((frame, self) => {
      if (flooding || frame.type !== 'ticket') return;
      flooding = true;
      flood(self, (i) => ({ type: 'have', version: frame.version, have: [0, 1 + (i % 10)] }));
    });
    await expectDropped(other, 'a flood of frames');
  });

  it('of data for a request that was taken back', async () => {
    let first: number | null = null;
    const { other } = await playBeside((frame, self) => {
      if (frame.type === 'request') first ??= frame.request;
      if (frame.type !== 'cancel' || frame.request !== first) return;
      const bytes = new Uint8Array(1);
      flood(self, () => ({ type: 'data', request: frame.request, offset: 0, bytes }));
    });
    await expectDropped(other, 'a flood of frames');
  });
});

describe('a peer that brings nothing', () => {
  it('by never answering', async () => {
    const { other, asset } = await playBeside(() => {});
    expect(asset.bytes().peer).toBe(0);
    expect(requestsTo(other)).not.toEqual([]);
  });

  it('by one byte a second', async () => {
    const { asset } = await playBeside((frame, self) => {
      if (frame.type !== 'request') return;
      const { request } = frame;
      const drip = (offset: number) => {
        self.send({ type: 'data', request, offset, bytes: new Uint8Array(1) });
        if (offset < 60) clock.after(1000, () => drip(offset + 1));
      };
      drip(0);
    });
    expect(asset.bytes().peer).toBe(0);
  });

  const refuse: Behaviour = (frame, self) => {
    if (frame.type === 'request') self.send({ type: 'refuse', request: frame.request, reason: 'not_held' });
  };
  const claim: Behaviour = (frame, self) => {
    if (frame.type === 'ticket') self.send({ type: 'have', version: track.versionId, have: [0, CHUNKS] });
  };

  it.each<[string, Behaviour]>([
    ['though it said that it has it', () => {}],
    [
      'though it says so again after each refusal',
      (frame, self) => {
        if (frame.type === 'request') self.send({ type: 'have', version: track.versionId, have: [0, CHUNKS] });
      },
    ],
  ])('%s', async (_, andThen) => {
    const { other, asset } = await playBeside((frame, self) => {
      claim(frame, self);
      refuse(frame, self);
      andThen(frame, self);
    });
    expect(asset.bytes().peer).toBe(0);
    // A chunk that it denied is not asked of it again.
    const asked = requestsTo(other);
    expect(asked).not.toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('though only the tracker says that it has it', async () => {
    const { other } = await playBeside(refuse);
    const asked = requestsTo(other);
    expect(asked).not.toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('though it said that it has more than there is', async () => {
    const { other } = await playBeside((frame, self) => {
      if (frame.type === 'ticket') self.send({ type: 'have', version: frame.version, have: [0, 1000] });
    });
    await expectDropped(other, 'a claim beyond the asset');
  });
});

describe('a ticket that is not its own', () => {
  it.each(['replayed', 'stolen', 'expired'] as const)('%s', async (kind) => {
    const version = track.versionId;
    let shown = false;
    const { other, peer } = await playBeside(async (frame, self) => {
      if (frame.type !== 'ticket' || shown) return;
      shown = true;
      const ticket = {
        // What the listener has just shown names the listener.
        replayed: async () => frame.ticket,
        stolen: async () => (await harness.grant(track.trackId, newId())).ticket,
        expired: async () =>
          signTicket({ peer: self.id, version, expiresAt: clock.now() - 60_000 }, harness.privateKey),
      }[kind];
      self.send({ type: 'ticket', version, ticket: await ticket() });
      self.send({ type: 'request', request: 1, version, chunk: 0, priority: 'urgent' });
    });
    await clock.until('the refusal', () =>
      other.heard.some((frame) => frame.type === 'refuse' && frame.request === 1 && frame.reason === 'bad_ticket'),
    );
    expect(other.heard.some(({ type }) => type === 'data' || type === 'have')).toBe(false);
    expect(peer.snapshot().totals.uploaded).toBe(0);
  });
});
