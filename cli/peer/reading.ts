/** How a track is read where nobody listens: at the pace of its sound, or as fast as peers and origin give it. */
import type { OpenAsset } from '@/lib/swarm/api';

/** Sound kept ahead of the playhead, seconds: as much as a player keeps. */
const AHEAD_S = 30;
const STEP_MS = 100;
/** Chunks read at once when there is no pace to keep: 1 MiB. */
const WINDOW_CHUNKS = 16;
/**
 * What a fast reader says it has buffered, seconds: over the policy's URGENT_S, so that peers are asked before the origin, and under
 * ORIGIN_OTHERS_AHEAD_S, so that the origin fills in at once where no peer has it.
 */
const CALM_S = 4;

/**
 * Reads all of it as fast as it comes. Peers go first; the origin fills in.
 * @param pause called after each MiB, told whether any of it came from the network
 */
export async function readFast(
  asset: OpenAsset,
  write: (bytes: Uint8Array) => void,
  signal: AbortSignal,
  pause: (fromNetwork: boolean) => Promise<void> = async () => {},
): Promise<void> {
  const { size, chunkSize } = asset.manifest;
  const fetched = () => asset.bytes().peer + asset.bytes().origin;
  for (let at = 0; at < size; ) {
    const end = Math.min(size, at + WINDOW_CHUNKS * chunkSize);
    asset.hint({ playing: false, timeS: at / paceOf(asset), bufferedS: CALM_S });
    const before = fetched();
    write(await asset.read(at, end, signal));
    await pause(fetched() > before);
    at = end;
  }
}

/** Reads it as a player does: what is ahead of the playhead, and no more than AHEAD_S of it. @returns how often it stalled */
export async function readAtPace(
  asset: OpenAsset,
  write: (bytes: Uint8Array) => void,
  signal: AbortSignal,
): Promise<{ stalls: number }> {
  const { size, chunkSize } = asset.manifest;
  const pace = paceOf(asset);
  let [read, heard, stalls] = [0, 0, 0];
  let last = performance.now();
  while (read < size) {
    const sounds = read > 0;
    const bufferedS = (read - heard) / pace;
    asset.hint({ playing: true, timeS: heard / pace, bufferedS });
    if (bufferedS < AHEAD_S) {
      const end = Math.min(size, read + chunkSize);
      write(await asset.read(read, end, signal));
      read = end;
    } else await wait(STEP_MS, signal);
    const now = performance.now();
    // Before the first chunk there is silence in any case; later, a wait past the buffer is a gap.
    const passedS = sounds ? (now - last) / 1000 : 0;
    if (passedS > bufferedS) stalls++;
    heard = Math.min(read, heard + Math.min(passedS, bufferedS) * pace);
    last = now;
  }
  return { stalls };
}

/** Mean bytes of the plain file a second of sound. */
export function paceOf({ manifest }: OpenAsset): number {
  return manifest.size / Math.max(1, manifest.durationS);
}

/** @throws the signal's reason */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
