import { JUMP_EXPECTED_IN_S, ORIGIN_AHEAD_S, ORIGIN_SPAN_CHUNKS, URGENT_S } from './constants';

/**
 * How playback stood at `at` (epoch ms). Byte of the plain file that sounded, seconds of sound buffered ahead of it. For a track that
 * comes next: where it will begin, and the seconds of sound that are left of the one before.
 */
export interface Playback {
  at: number;
  playing: boolean;
  byte: number;
  bufferedS: number;
  /** Chunks that sound needs to begin at `byte` where nothing is buffered (SOUND_TO_BEGIN_S). */
  begin: readonly number[];
  /** Another track plays, and this one follows it. */
  comesNext: boolean;
}

export interface NeedInput {
  now: number;
  /** Chunks of the asset. */
  chunks: number;
  /** Plain bytes of a chunk. */
  chunkBytes: number;
  /** Mean plain bytes a second of sound. */
  bytesPerSecond: number;
  /** Chunks that reads wait for, in the order they are read. */
  wanted: readonly number[];
  /** Null before the player gave its first hint. */
  playback: Playback | null;
  /** Chunks that sound needs to begin where the listener will likely jump to, or press play. */
  jump: readonly number[];
  /** Whether a chunk is held here. A chunk that a read waits for does not count as held. */
  has(chunk: number): boolean;
}

export interface Need {
  /** Nobody reads and nobody listens yet. */
  idle: boolean;
  /** Chunk from which to look ahead. */
  position: number;
  /** Missing chunks that the player waits for: those that reads wait for, and those that sound needs to begin where it plays. */
  waitedFor: ReadonlySet<number>;
  /** Missing chunks that a likely jump needs. */
  likely: ReadonlySet<number>;
  /** Needed only if the listener does what is likely. */
  isOnlyLikely(chunk: number): boolean;
  /** Seconds until the chunk must be here; Infinity behind the playhead. */
  dueS(chunk: number): number;
  /** The player waits for the chunk, and it is due now. */
  isAwaitedNow(chunk: number): boolean;
  /** There is such a chunk. */
  anyAwaitedNow: boolean;
  /** There is such a chunk, and the player is not paused: the listener waits for sound. */
  awaitsSound: boolean;
}

/**
 * When each chunk is needed. What sound needs to begin at a playhead with nothing buffered is due now. A chunk that a read waits for and
 * that continues playback is due when the buffer runs empty; one that a read waits for elsewhere (a header, a jump that no hint has told
 * of yet) is due now. What a likely jump needs is due when a hand would be through with it.
 */
export function needs(input: NeedInput): Need {
  const { chunkBytes, bytesPerSecond, wanted } = input;
  const playhead = playheadNow(input);
  const from = playhead?.byte ?? (wanted[0] ?? 0) * chunkBytes;
  const playing = input.playback?.playing === true;
  const ahead = (chunk: number) => {
    if ((chunk + 1) * chunkBytes <= from) return Number.POSITIVE_INFINITY;
    return Math.max(playhead?.bufferedS ?? 0, (chunk * chunkBytes - from) / bytesPerSecond);
  };
  const waits = new Map<number, number>();
  if (playing && playhead?.bufferedS === 0) {
    for (const chunk of missingOf(input, input.playback?.begin ?? [])) waits.set(chunk, 0);
  }
  let previous = -2;
  let due = 0;
  for (const chunk of wanted) {
    const carries = playhead !== null && continuesPlayback(chunk, playhead, input);
    if (chunk !== previous + 1) due = carries ? playhead.bufferedS : 0;
    else {
      due += chunkBytes / bytesPerSecond;
      if (carries) due = Math.min(due, ahead(chunk));
    }
    if (!waits.has(chunk)) waits.set(chunk, due);
    previous = chunk;
  }
  const likely = new Set(missingOf(input, input.jump));
  const isAwaitedNow = (chunk: number) => (waits.get(chunk) ?? Number.POSITIVE_INFINITY) <= 0;
  const anyAwaitedNow = [...waits.keys()].some(isAwaitedNow);
  return {
    idle: playhead === null && wanted.length === 0 && likely.size === 0,
    position: Math.min(Math.max(0, Math.floor(from / chunkBytes)), Math.max(0, input.chunks - 1)),
    waitedFor: new Set(waits.keys()),
    likely,
    isOnlyLikely: (chunk) => likely.has(chunk) && !waits.has(chunk) && ahead(chunk) > URGENT_S,
    dueS(chunk) {
      const dueS = waits.get(chunk) ?? ahead(chunk);
      return likely.has(chunk) ? Math.min(dueS, JUMP_EXPECTED_IN_S) : dueS;
    },
    isAwaitedNow,
    anyAwaitedNow,
    awaitsSound: playing && anyAwaitedNow,
  };
}

/** At most as many as one request to the origin carries: an index with a point in minutes is not worth more. */
function missingOf({ has, chunks }: NeedInput, list: readonly number[]): number[] {
  return list.filter((chunk) => chunk < chunks && !has(chunk)).slice(0, ORIGIN_SPAN_CHUNKS);
}

/** The hint, moved on by the time since it was given. */
function playheadNow({ playback, now, bytesPerSecond }: NeedInput): { byte: number; bufferedS: number } | null {
  if (playback === null) return null;
  const passedS = playback.playing ? Math.max(0, now - playback.at) / 1000 : 0;
  // Sound stops where the buffer ends, so the playhead cannot have passed it.
  const heardS = Math.min(passedS, playback.bufferedS);
  return { byte: playback.byte + heardS * bytesPerSecond, bufferedS: playback.bufferedS - heardS };
}

function continuesPlayback(chunk: number, playhead: { byte: number; bufferedS: number }, input: NeedInput): boolean {
  const reach = playhead.byte + (playhead.bufferedS + ORIGIN_AHEAD_S) * input.bytesPerSecond;
  return (chunk + 1) * input.chunkBytes > playhead.byte && chunk * input.chunkBytes <= reach;
}
