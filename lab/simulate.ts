/**
 * `npm run simulate`: the real peers of lib/swarm on a network that exists in memory, in virtual time: what the policies do, without the noise
 * of a machine. Rates as in bench:swarm: 20 Mbit/s down and 5 up for each listener, 20 up for the origin; a link opens after 0.8 s.
 * Says press to first chunk, copies sent by the origin, stalls.
 * Options: names of scenarios, and `--short`. It knows nothing of processors, so only shares and order count.
 */
import type { OpenAsset } from '@/lib/swarm/api';
import { type HarnessAsset, SwarmHarness } from '@/lib/swarm/testing/swarm-harness';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { median, type Row, readForm, report } from './benchmark';

const MBIT = 125_000;
/** 4 minutes at 256 kbit/s. */
const CHUNKS = 118;
const SECONDS_PER_CHUNK = 65_536 / 32_000;
const FRAME_OVERHEAD = 1.045;
/** Virtual seconds: how long each listens, how long after another they press play, and when the simulation ends in any case. */
const SIZES = {
  full: { listeners: 8, heardS: 60, apartS: 3, mostS: 120, jumpAfterS: 8 },
  short: { listeners: 2, heardS: 2, apartS: 0.5, mostS: 20, jumpAfterS: 1 },
};
/** As in bench:swarm. */
const AIM_S = 0.3;
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
  /** From the jump to the first chunk there; null without one. */
  jumpMs: number | null;
  stalls: number;
}

interface Scenario {
  /** When each presses play, ms. */
  pressAt: (index: number) => number;
  /** Heard seconds after which it jumps to 60 %; null: never. */
  jumpAfterS: number | null;
  /** The pointer rests there for so long before, s; 0: it does not. */
  aimS: number;
}

const { form, chosen } = readForm(['stagger', 'flash', 'jump', 'aimed']);
const size = SIZES[form];
const oneByOne = (index: number) => index * size.apartS * 1000;
const scenarios: Record<string, Scenario> = {
  stagger: { pressAt: oneByOne, jumpAfterS: null, aimS: 0 },
  flash: { pressAt: (index) => (index * 1000) / size.listeners, jumpAfterS: null, aimS: 0 },
  jump: { pressAt: oneByOne, jumpAfterS: size.jumpAfterS, aimS: 0 },
  aimed: { pressAt: oneByOne, jumpAfterS: size.jumpAfterS, aimS: AIM_S },
};

const rows: Row[] = [];
for (const [name, scenario] of Object.entries(scenarios)) {
  if (!chosen.includes(name)) continue;
  console.log(`Simulating ${name}: ${size.listeners} listeners, ${size.heardS} s of sound each …`);
  rows.push(...(await simulate(name, scenario)));
}
await report('simulate', form, rows);

async function simulate(name: string, scenario: Scenario): Promise<Row[]> {
  const { pressAt, jumpAfterS } = scenario;
  const clock = new HandClock();
  const harness = await SwarmHarness.create(clock);
  const track = await harness.addAsset(CHUNKS, SECONDS_PER_CHUNK);
  const origin = new Line(20 * MBIT, clock);
  const up = new Map<string, Line>();
  const down = new Map<string, Line>();
  const peers = Array.from({ length: size.listeners }, () => harness.addPeer());
  for (const { peerId } of peers) {
    up.set(peerId, new Line(5 * MBIT, clock));
    down.set(peerId, new Line(20 * MBIT, clock));
  }
  const through = (first: Line | undefined, to: string, bytes: number) => {
    const sent = first?.carry(bytes, clock.now()) ?? clock.now();
    return (down.get(to)?.carry(bytes, sent) ?? sent) - clock.now();
  };
  harness.network.wire.carryMs = (bytes, from, to) => through(up.get(from), to, bytes);
  harness.network.wire.dialMs = 800;
  harness.originMs = (bytes, to) => through(origin, to, bytes);

  const began = clock.now();
  const results: Result[] = [];
  let left = size.listeners;
  peers.forEach((peer, index) => {
    clock.after(pressAt(index), () => {
      void listen(peer.open(track.trackId), track, clock, scenario).then((result) => {
        results[index] = result;
        left--;
      });
    });
  });
  while (left > 0 && clock.now() - began < size.mostS * 1000) {
    clock.pass(STEP_MS);
    await settled();
  }
  const ordered = (values: readonly number[]) => [...values].sort((a, b) => a - b).join(' ');
  const starts = results.map(({ startMs }) => startMs);
  const jumps = results.flatMap(({ jumpMs }) => (jumpMs === null ? [] : [jumpMs]));
  console.log(
    `  first chunk ms ${ordered(starts)}${jumps.length === 0 ? '' : `; after the jump ms ${ordered(jumps)}`}`,
  );
  for (const peer of peers) {
    const { totals } = peer.snapshot();
    console.log(
      `  origin ${(totals.origin / 65_536).toFixed(1)} chunks, peers ${(totals.peer / 65_536).toFixed(1)}, up ${(totals.uploaded / 65_536).toFixed(1)}`,
    );
  }
  await harness.close();
  const row = (metric: string, value: number, unit: string, n = results.length): Row => ({
    ...{ system: 'enxame', scenario: name, metric, value, unit, n },
  });
  const copies = (lines: Iterable<Line>) => [...lines].reduce((sum, line) => sum + line.bytes, 0) / track.plain.length;
  return [
    row('first chunk p50 ms', middleOf(starts), 'ms'),
    row('first chunk, last ms', Math.max(...starts), 'ms'),
    ...(jumpAfterS === null
      ? []
      : [
          row('jump p50 ms', middleOf(jumps), 'ms', jumps.length),
          row('jump, last ms', Math.max(...jumps), 'ms', jumps.length),
        ]),
    row('copies', copies([origin]), 'files', 1),
    row('from peers', copies(up.values()), 'files', 1),
    row(
      'stalls',
      results.reduce((sum, { stalls }) => sum + stalls, 0),
      'of all',
    ),
  ];
}

/** Not a number where nothing was measured, which the report then says. */
function middleOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : median(values);
}

/** Plays for as long as the form says, as a player does. */
async function listen(
  opening: Promise<OpenAsset>,
  track: HarnessAsset,
  clock: HandClock,
  { jumpAfterS, aimS }: Scenario,
): Promise<Result> {
  const pressed = clock.now();
  const asset = await opening;
  const bps = track.plain.length / track.durationS;
  let read = 0;
  let heard = 0;
  let from = 0;
  let startMs = 0;
  let jumpMs: number | null = null;
  let jumpedAt: number | null = null;
  let stalls = 0;
  let last = clock.now();
  let reading = false;
  let stalled = false;
  const more = () => {
    if (reading || read >= track.plain.length || read / bps - heard > 30) return;
    reading = true;
    const end = Math.min(track.plain.length, (Math.floor(read / 65_536) + 1) * 65_536);
    const at = read;
    void asset.read(at, end).then(() => {
      reading = false;
      // Read before a jump, and of no use after it.
      if (at !== read) return;
      if (at === from) last = clock.now();
      if (at === 0) startMs = clock.now() - pressed;
      else if (at === from && jumpedAt !== null) jumpMs = clock.now() - jumpedAt;
      read = end;
    }, unlessClosed);
  };
  const jumpTo = Math.floor((track.plain.length * 0.6) / 65_536) * 65_536;
  while (heard - from / bps < size.heardS) {
    if (jumpAfterS !== null && aimS > 0 && jumpedAt === null && heard >= jumpAfterS - aimS)
      asset.expectJump(jumpTo / bps);
    if (jumpAfterS !== null && jumpedAt === null && heard >= jumpAfterS) {
      jumpedAt = clock.now();
      from = jumpTo;
      read = from;
      heard = from / bps;
      reading = false;
    }
    asset.hint({ playing: true, timeS: heard, bufferedS: read / bps - heard });
    more();
    await new Promise<void>((resolve) => clock.after(20, resolve));
    if (read === from) continue;
    heard = Math.min(read / bps, heard + (clock.now() - last) / 1000);
    last = clock.now();
    const nowStalled = heard >= read / bps;
    if (nowStalled && !stalled) stalls++;
    stalled = nowStalled;
  }
  asset.close();
  return { startMs, jumpMs, stalls };
}

/** A read that is under way when its listener has heard enough. */
function unlessClosed(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error;
}

/** Until what this step began has come to rest: promises, and hashing in other threads. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
