import { bufferedEnd, once, operate } from './media-element';
import type { Segment, Segments } from './segments';

/** Sound buffered ahead of the playhead; more would only cost memory, since the chunks are cached by the swarm. */
const AHEAD_S = 30;
/** Sound kept behind it, so that a short jump back needs nothing. */
const BEHIND_S = 60;
/** Removed only in pieces of this size, so that it happens now and then and not at each append. */
const REMOVE_AT_LEAST_S = 30;
/** Sound kept behind when the browser's quota (12 MB in Chromium: 20 s of high-resolution FLAC) is used up. */
const BEHIND_AT_QUOTA_S = 2;

/** The MediaSource of this browser: Safari on telephones has only the managed one. */
export function mediaSourceClass(): typeof MediaSource | null {
  const scope = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

export interface MseEvents {
  /** More is buffered. */
  progress(): void;
  /** Feeding stopped: what the segments threw, or that the browser refused them. `resume` or `seek` begin again. */
  failed(error: unknown): void;
}

/**
 * One track in an audio element, fed through Media Source Extensions. Created before the track is known, so that the browser
 * opens the MediaSource while the grant is on its way; `attach` then gives it sound. At any moment at most one feed runs: a
 * jump aborts it, and the next begins only when the last has let go of the SourceBuffer.
 */
export class MseOutput {
  private readonly audio: HTMLAudioElement;
  private readonly events: MseEvents;
  private readonly source: MediaSource;
  private readonly url: string;
  private readonly opened: Promise<unknown>;
  private segments: Segments | null = null;
  private buffer: SourceBuffer | null = null;
  private feed: { abort: AbortController; done: Promise<void> } | null = null;
  private closed = false;

  /** Points the element at a new MediaSource. @param startS where playing will begin */
  constructor(audio: HTMLAudioElement, Source: typeof MediaSource, startS: number, events: MseEvents) {
    this.audio = audio;
    this.events = events;
    this.source = new Source();
    this.opened = once(this.source, ['sourceopen']);
    this.url = URL.createObjectURL(this.source);
    // A ManagedMediaSource opens only where the element cannot be moved to another device.
    audio.disableRemotePlayback = !('MediaSource' in globalThis);
    audio.src = this.url;
    // With nothing loaded yet this is the place to begin at.
    if (startS > 0) audio.currentTime = startS;
  }

  /** Begins to feed. @param timeS where the playhead shall be */
  attach(segments: Segments, timeS: number): void {
    this.segments = segments;
    this.restart(timeS, false);
  }

  /** Jumps. Within what is buffered nothing is read again. */
  seek(timeS: number): void {
    this.audio.currentTime = timeS;
    if (!this.segments || bufferedEnd(this.audio.buffered, timeS) !== null) return;
    this.restart(timeS, true);
  }

  /** Goes on feeding behind what is buffered, after a failure. */
  resume(): void {
    const timeS = this.audio.currentTime;
    this.restart(bufferedEnd(this.audio.buffered, timeS) ?? timeS, false);
  }

  /** Stops feeding and lets go of the MediaSource; the element is left to its next source. */
  close(): void {
    this.closed = true;
    this.feed?.abort.abort();
    URL.revokeObjectURL(this.url);
  }

  private restart(timeS: number, empty: boolean): void {
    const segments = this.segments;
    if (!segments) return;
    const before = this.feed;
    before?.abort.abort();
    const abort = new AbortController();
    // Fetched while the last feed lets go and the buffer is emptied.
    const coming = begun(segments.start(timeS, abort.signal));
    const done = (before?.done ?? Promise.resolve())
      .then(() => this.run(segments, coming, empty, abort.signal))
      .catch((error: unknown) => {
        if (!abort.signal.aborted && !this.closed) this.events.failed(error);
      });
    this.feed = { abort, done };
  }

  private async run(
    segments: Segments,
    coming: AsyncIterable<Segment>,
    empty: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const buffer = this.buffer ?? (await this.addBuffer(segments));
    if (empty) await operate(buffer, () => buffer.remove(0, Infinity));
    // Whatever the last feed left half parsed. (An ended source was opened again by the removal.)
    if (this.source.readyState === 'open') buffer.abort();
    for await (const segment of coming) {
      await this.room(buffer, signal);
      await this.append(buffer, segment, signal);
      signal.throwIfAborted();
      this.skipGap();
      this.events.progress();
    }
    if (this.source.readyState === 'open') this.source.endOfStream();
    this.events.progress();
  }

  private async addBuffer(segments: Segments): Promise<SourceBuffer> {
    await this.opened;
    this.source.duration = segments.durationS;
    this.buffer = this.source.addSourceBuffer(segments.mime);
    return this.buffer;
  }

  private async append(buffer: SourceBuffer, segment: Segment, signal: AbortSignal): Promise<void> {
    const { data, timestampOffset } = segment;
    if (timestampOffset !== undefined) buffer.timestampOffset = timestampOffset;
    for (;;) {
      try {
        return await operate(buffer, () => buffer.appendBuffer(data));
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
        if (!(await this.forget(buffer, BEHIND_AT_QUOTA_S, 0))) {
          await once(this.audio, ['timeupdate', 'seeking'], signal);
        }
      }
    }
  }

  /** Waits until less than AHEAD_S is buffered ahead. While paused the element has no events, and so nothing happens. */
  private async room(buffer: SourceBuffer, signal: AbortSignal): Promise<void> {
    for (;;) {
      const timeS = this.audio.currentTime;
      const end = bufferedEnd(buffer.buffered, timeS);
      if (end === null || end - timeS < AHEAD_S) break;
      await once(this.audio, ['timeupdate', 'seeking'], signal);
    }
    await this.forget(buffer, BEHIND_S, REMOVE_AT_LEAST_S);
  }

  /** Removes what is further behind than `keepS`, when it is at least `leastS` long. @returns whether anything was removed */
  private async forget(buffer: SourceBuffer, keepS: number, leastS: number): Promise<boolean> {
    const until = this.audio.currentTime - keepS;
    if (buffer.buffered.length === 0 || buffer.buffered.start(0) + leastS >= until) return false;
    await operate(buffer, () => buffer.remove(0, until));
    return true;
  }

  /** A track may begin a little after zero, and a jump land just before the first frame it brought: go to the sound. */
  private skipGap(): void {
    const { buffered, currentTime } = this.audio;
    const LARGEST_GAP_S = 0.5;
    if (bufferedEnd(buffered, currentTime) !== null) return;
    for (let i = 0; i < buffered.length; i++) {
      const start = buffered.start(i);
      if (start > currentTime && start - currentTime <= LARGEST_GAP_S) {
        this.audio.currentTime = start;
        return;
      }
    }
  }
}

/** Requests the first item at once, before anybody iterates. */
function begun<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  // Whoever iterates sees the failure; maybe nobody does.
  first.catch(() => {});
  return (async function* () {
    try {
      for (let item = await first; item.done !== true; item = await iterator.next()) yield item.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
