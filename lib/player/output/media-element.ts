/** What the browser's media objects need around them: events as promises, ranges as answers, one operation at a time. */

/** Positions this close are the same: browsers round timestamps to whole samples or microseconds. */
const SAME_PLACE_S = 0.005;

/** End of the buffered range that holds `timeS`; null when it is not buffered. */
export function bufferedEnd(buffered: TimeRanges, timeS: number): number | null {
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) - SAME_PLACE_S <= timeS && timeS < buffered.end(i)) return buffered.end(i);
  }
  return null;
}

/** Runs one operation of a SourceBuffer to its end. @throws {Error} when the browser refuses the bytes */
export async function operate(buffer: SourceBuffer, operation: () => void): Promise<void> {
  while (buffer.updating) await once(buffer, ['updateend']);
  operation();
  const event = await once(buffer, ['update', 'error', 'abort']);
  // `updateend` follows each of the three, in the same task or the next.
  if (buffer.updating) await once(buffer, ['updateend']);
  if (event.type === 'error') throw new Error('the browser refused these bytes');
}

/** Waits for the first of some events. @throws DOMException AbortError */
export function once(target: EventTarget, names: readonly string[], signal?: AbortSignal): Promise<Event> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = new AbortController();
    for (const name of names) {
      target.addEventListener(
        name,
        (event) => {
          done.abort();
          resolve(event);
        },
        { signal: done.signal },
      );
    }
    signal?.addEventListener(
      'abort',
      () => {
        done.abort();
        reject(signal.reason);
      },
      { signal: done.signal },
    );
  });
}

/**
 * Has the browser start what brings sound to the speakers before it is needed. Chromium starts that process at the first sound, which then
 * comes about 35 ms later (measured: 60 ms from the press without this, 25 with it, the sound already there). Asking which devices there
 * are starts it too, needs no leave and makes no sound; it then stays. Where it is not to be had, nothing happens.
 */
export function wakeAudioOutput(): void {
  globalThis.navigator?.mediaDevices?.enumerateDevices().catch(() => {});
}
