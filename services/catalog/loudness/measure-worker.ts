import { constants, setPriority } from 'node:os';
import { MAX_ASSET_BYTES } from '@/lib/assets/geometry';
import { isEnxameError } from '@/lib/contracts/errors';
import { MediaError, type MediaStore, type MediaStoreDescription } from '@/lib/media-store/media-store';
import { openMediaStore } from '@/lib/media-store/open';
import { accessTo } from '../read-audio';
import { decode } from './decode';
import { LoudnessMeter } from './meter';
import { NoDecoder, noDecoderFor } from './no-decoder';

export interface MeasureTask {
  media: MediaStoreDescription;
  mediaKey: string;
  /** The file's state when its tags were read: no other is measured. */
  size: number;
  mtimeMs: number;
}

export type MeasureAnswer =
  /** An encoded {@link LoudnessHistogram}, and the highest sample. */
  | { histogram: Uint8Array; peak: number }
  /** A sentence; `again`: the disk is to blame, and another time it may work. */
  | { problem: string; again: boolean };

/** Memory outside of JavaScript's heap, of this thread: far above what any music needs (bytes). */
const MAX_OUTSIDE_BYTES = 512 * 1024 * 1024;
/** Where the system cannot be told that this thread comes last, it rests as long as it works, in turns of this (ms). */
const TURN_MS = 100;

const CHANGED = 'The file changed after it was imported.';

/** Entry of the worker thread that measures loudness. Whatever a file does is answered, not thrown. */
export default async function measureInWorker({ media, ...file }: MeasureTask): Promise<MeasureAnswer> {
  const rest = comeLast();
  // Of each broken frame the decoders write a line: thousands of a broken file.
  const { error, warn } = console;
  console.error = console.warn = () => {};
  try {
    return await measure(openMediaStore(media), file, rest);
  } catch (cause) {
    return problemOf(cause);
  } finally {
    Object.assign(console, { error, warn });
  }
}

/**
 * Loudness of one file.
 * @param rest called after each piece of sound
 * @throws {MediaError} {@link NoDecoder}, `EnxameError` for a broken file; whatever decoders throw for a damaged one
 */
export async function measure(
  media: Pick<MediaStore, 'open'>,
  { mediaKey, size, mtimeMs }: Omit<MeasureTask, 'media'>,
  rest: () => Promise<void> | void = () => {},
): Promise<MeasureAnswer> {
  const file = await media.open(mediaKey, MAX_ASSET_BYTES);
  try {
    if (file.state.size !== size || file.state.mtimeMs !== mtimeMs) return { problem: CHANGED, again: false };
    const { order, sound } = await decode(accessTo(file));
    const meter = new LoudnessMeter(order);
    for await (const piece of sound) {
      meter.add(piece);
      if (process.memoryUsage().arrayBuffers > MAX_OUTSIDE_BYTES) throw new RangeError('takes too much memory');
      await rest();
    }
    return { histogram: meter.histogram.encode(), peak: Number.isFinite(meter.peak) ? meter.peak : 0 };
  } finally {
    await file.close();
  }
}

/**
 * Whoever listens has the processor first. Linux takes a priority for this thread alone (setpriority(2), "C library/kernel differences");
 * elsewhere it would be that of the whole server.
 * @returns what to call now and then
 */
function comeLast(): () => Promise<void> | void {
  if (process.platform === 'linux') {
    setPriority(constants.priority.PRIORITY_LOW);
    return () => {};
  }
  let since = performance.now();
  return async () => {
    const workedMs = performance.now() - since;
    if (workedMs < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, workedMs));
    since = performance.now();
  };
}

function problemOf(cause: unknown): MeasureAnswer {
  if (cause instanceof MediaError) return { problem: cause.message, again: true };
  if (cause instanceof NoDecoder) return { problem: noDecoderFor(cause.message), again: false };
  if (isEnxameError(cause)) return { problem: cause.message, again: false };
  return { problem: 'This file is damaged: its audio cannot be decoded.', again: false };
}
