/**
 * `npm run simulate`: the real peers of lib/swarm on a network that exists in memory, in virtual time: what the policies do, without the noise
 * of a machine. Rates as in bench:swarm: 20 Mbit/s down and 5 up for each listener, 20 up for the origin; a link opens after 0.8 s.
 * Says press to first chunk, copies sent by the origin, stalls. It knows nothing of processors, so only shares and order count.
 */
import type { OpenAsset } from '@/lib/swarm/api';
import { HandClock } from '@/lib/swarm/hand-clock';
import { Town, type TownAsset } from '@/tests/integration/swarm-town';

const MBIT = 125_000;
const LISTENERS = 8;
/** 4 minutes at 256 kbit/s. */
const CHUNKS = 118;
const SECONDS_PER_CHUNK = 65_536 / 32_000;
const FRAME_OVERHEAD = 1.045;
/** Virtual time passes in steps of this, ms. */
const STEP_MS = 4;

/** A line that carries one thing after the other. @param bps bytes a second */
class Line {
  private freeAt = 0;
  bytes = 0;
  constructor(
    private readonly bps: number,
    private readonly clock: HandClock,
  ) {}

  /** When what is put on the line at `at` has left it (epoch ms). */
  carry(bytes: number, at: number): number {
    this.bytes += bytes * FRAME_OVERHEAD;
    this.freeAt = Math.max(this.freeAt, at) + (bytes * FRAME_OVERHEAD * 1000) / this.bps;
    return this.freeAt;
  }

  get now(): number {
    return this.clock.now();
  }
}

interface Result {
  startMs: number;
  stalls: number;
}

const scenarios: Record<string, (index: number) => number> = {
  stagger: (index) => index * 3000,
  flash: (index) => (index * 1000) / LISTENERS,
};

const wanted = process.argv.slice(2);
for (const [name, pressAt] of Object.entries(scenarios)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await simulate(name, pressAt);
}

async function simulate(name: string, pressAt: (index: number) => number): Promise<void> {
  const clock = new HandClock();
  const town = await Town.found(clock);
  const track = await town.addAsset(CHUNKS, SECONDS_PER_CHUNK);
  const origin = new Line(20 * MBIT, clock);
  const up = new Map<string, Line>();
  const down = new Map<string, Line>();
  const peers = Array.from({ length: LISTENERS }, () => town.addPeer());
  for (const { peerId } of peers) {
    up.set(peerId, new Line(5 * MBIT, clock));
    down.set(peerId, new Line(20 * MBIT, clock));
  }
  const through = (first: Line | undefined, to: string, bytes: number) => {
    const sent = first?.carry(bytes, clock.now()) ?? clock.now();
    return (down.get(to)?.carry(bytes, sent) ?? sent) - clock.now();
  };
  town.network.wire.carryMs = (bytes, from, to) => through(up.get(from), to, bytes);
  town.network.wire.dialMs = 800;
  town.originMs = (bytes, to) => through(origin, to, bytes);

  const began = clock.now();
  const results: Result[] = [];
  let left = LISTENERS;
  peers.forEach((peer, index) => {
    clock.after(pressAt(index), () => {
      void listen(peer.open(track.trackId), track, clock).then((result) => {
        results[index] = result;
        left--;
      });
    });
  });
  while (left > 0 && clock.now() - began < 120_000) {
    clock.pass(STEP_MS);
    await settled();
  }
  const sound = results.map((result) => result.startMs).sort((a, b) => a - b);
  const bytes = origin.bytes / track.plain.length;
  const uploaded = [...up.values()].reduce((sum, line) => sum + line.bytes, 0) / track.plain.length;
  console.log(
    `${name}: first chunk ms ${sound.join(' ')}; copies ${bytes.toFixed(3)}; from peers ${uploaded.toFixed(2)}; ` +
      `stalls ${results.reduce((sum, { stalls }) => sum + stalls, 0)}`,
  );
  for (const peer of peers) {
    const { totals } = peer.snapshot();
    console.log(
      `  origin ${(totals.origin / 65_536).toFixed(1)} chunks, peers ${(totals.peer / 65_536).toFixed(1)}, up ${(totals.uploaded / 65_536).toFixed(1)}`,
    );
  }
  await town.close();
}

/** Plays for a minute and a half, as a player does. */
async function listen(opening: Promise<OpenAsset>, track: TownAsset, clock: HandClock): Promise<Result> {
  const pressed = clock.now();
  const asset = await opening;
  const bps = track.plain.length / track.durationS;
  let read = 0;
  let heard = 0;
  let startMs = 0;
  let stalls = 0;
  let last = clock.now();
  let reading = false;
  let dry = false;
  const more = () => {
    if (reading || read >= track.plain.length || read / bps - heard > 30) return;
    reading = true;
    const end = Math.min(track.plain.length, (Math.floor(read / 65_536) + 1) * 65_536);
    void asset.read(read, end).then(() => {
      if (read === 0) {
        startMs = clock.now() - pressed;
        last = clock.now();
      }
      read = end;
      reading = false;
    });
  };
  while (heard < 60) {
    asset.hint({ playing: true, byte: heard * bps, bytesPerSecond: bps, bufferedS: read / bps - heard });
    more();
    await new Promise<void>((resolve) => clock.after(20, resolve));
    if (read === 0) continue;
    heard = Math.min(read / bps, heard + (clock.now() - last) / 1000);
    last = clock.now();
    const nowDry = heard >= read / bps;
    if (nowDry && !dry) stalls++;
    dry = nowDry;
  }
  asset.close();
  return { startMs, stalls };
}

/** Until what this step began has come to rest: promises, and hashing in other threads. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
