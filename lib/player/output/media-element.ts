/** What the browser's media objects need around them: events as promises, ranges as answers, one operation at a time. */

/** Positions this close are the same: browsers round timestamps to whole samples or microseconds. */
const SAME_PLACE_S = 0.005;

/** End of what is buffered from `timeS` on, in one piece; null when that place is not buffered. */
export function bufferedEnd(buffered: TimeRanges, timeS: number): number | null {
  let end: number | null = null;
  for (let i = 0; i < buffered.length; i++) {
    const holds = buffered.start(i) - SAME_PLACE_S <= timeS && timeS < buffered.end(i);
    // Two tracks meet with a rounding between them.
    if (holds || (end !== null && buffered.start(i) - SAME_PLACE_S <= end)) end = buffered.end(i);
  }
  return end;
}

/** What Firefox says (`OnMediaSinkAudioError`) on a machine without a sound device. */
export function isNoSoundOutput(error: MediaError | null): boolean {
  return /MediaSink/.test(error?.message ?? '');
}

/** @param refused called where the browser plays nothing before the listener has touched the page: a pause and no failure. All else comes as an event */
export function askToPlay(audio: HTMLAudioElement, refused: () => void): void {
  audio.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') refused();
  });
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
 * Has the browser start its audio process before it is needed. Chromium starts it at the first sound, which is then about 35 ms late
 * (measured: 60 ms from the press to the sound without this, 25 with it, the bytes already there). Listing the audio devices starts it too,
 * needs no permission and makes no sound; the process then stays. It is done now, and each time the tab is shown, because the browser may
 * have ended the process meanwhile. Where there is no such list, nothing happens.
 */
export function keepAudioOutputAwake(signal: AbortSignal): void {
  const wake = () => globalThis.navigator?.mediaDevices?.enumerateDevices().catch(() => {});
  const shown = () => document.visibilityState === 'visible' && wake();
  wake();
  globalThis.document?.addEventListener('visibilitychange', shown, { signal });
}
