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

/** A MediaSource; of Safari's managed one also whether it wants to be fed now. */
type Source = MediaSource & { readonly streaming?: boolean };

export interface MseEvents {
  /** More is buffered. */
  progress(): void;
  /** Feeding stopped: what the segments threw, or that the browser refused them. `resume` or `seek` begin again. */
  failed(error: unknown): void;
}

/** A track in the stream. Its sound lies in [startS, startS + durationS) of the element's time. */
export interface StreamTrack {
  readonly startS: number;
  readonly segments: Segments;
  readonly events: MseEvents;
}

/** One run of appending. */
interface Feed {
  abort: AbortController;
  /** Never rejects. */
  done: Promise<void>;
  /** What is appended, or was appended last. */
  track: StreamTrack | null;
  /** It came to the end of the last track there was. */
  ended: boolean;
}

/**
 * Tracks one behind the other in one SourceBuffer, so that the browser plays them as one sound. Each is moved to where the one before ends,
 * and an append window cuts off what its encoder added. At any moment at most one feed runs: a jump aborts it, and the next begins only when the
 * last has let go of the SourceBuffer.
 */
export class MseStream {
  private readonly audio: HTMLAudioElement;
  private readonly source: Source;
  private readonly url: string;
  private readonly opened: Promise<unknown>;
  /** In the order in which they play. */
  private tracks: StreamTrack[] = [];
  private buffer: SourceBuffer | null = null;
  /** What the SourceBuffer takes now. */
  private mime = '';
  private feed: Feed | null = null;
  private closed = false;

  /** Points the element at a new MediaSource. @param startS where playing will begin */
  constructor(audio: HTMLAudioElement, SourceClass: typeof MediaSource, startS: number) {
    this.audio = audio;
    this.source = new SourceClass();
    this.opened = once(this.source, ['sourceopen']);
    this.url = URL.createObjectURL(this.source);
    // A ManagedMediaSource opens only where the element cannot be moved to another device.
    audio.disableRemotePlayback = !('MediaSource' in globalThis);
    audio.src = this.url;
    // With nothing loaded yet this is the place to begin at.
    if (startS > 0) audio.currentTime = startS;
  }

  /** Puts a track behind all others, and feeds it when its turn comes. @param timeS of the track: where feeding begins, if it is the first */
  add(track: StreamTrack, timeS: number): void {
    this.tracks.push(track);
    if (this.feed === null || this.feed.ended) this.restart(track, timeS, false);
  }

  /** Feeds from there on, in place of all that is buffered. @param timeS of the track */
  replace(track: StreamTrack, timeS: number): void {
    this.restart(track, timeS, true);
  }

  /** Goes on feeding behind what is buffered, after a failure in this track. */
  resume(track: StreamTrack): void {
    const fromS = Math.max(this.audio.currentTime, track.startS);
    this.restart(track, (bufferedEnd(this.audio.buffered, fromS) ?? fromS) - track.startS, false);
  }

  /** Takes a track out that played, or one that shall not follow any more; of the latter all that was appended is removed. */
  remove(track: StreamTrack): void {
    const at = this.tracks.indexOf(track);
    if (at < 0) return;
    this.tracks.splice(at, 1);
    if (at === 0 && this.tracks.length > 0) return;
    const { feed } = this;
    // Nothing of it was appended: its turn has not come.
    if (feed === null || feed.track !== track) return;
    if (this.tracks.length > 0) this.begin((buffer) => this.cut(buffer, track.startS), this.tracks.at(-1) ?? null);
    else feed.abort.abort();
  }

  /** Stops feeding and lets go of the MediaSource; the element is left to its next source. */
  close(): void {
    this.closed = true;
    this.feed?.abort.abort();
    URL.revokeObjectURL(this.url);
  }

  private restart(track: StreamTrack, timeS: number, empty: boolean): void {
    const abort = new AbortController();
    // Fetched while the last feed lets go and the buffer is emptied.
    const coming = begun(track.segments.start(timeS, abort.signal));
    this.begin((buffer, feed) => this.run(buffer, track, coming, empty, feed), track, abort);
  }

  /** Lets a feed begin as soon as the one before has ended. */
  private begin(
    work: (buffer: SourceBuffer, feed: Feed) => Promise<void>,
    track: StreamTrack | null,
    abort = new AbortController(),
  ): void {
    const before = this.feed;
    before?.abort.abort();
    const feed: Feed = { abort, done: Promise.resolve(), track, ended: false };
    this.feed = feed;
    const start = async () => {
      await before?.done;
      if (abort.signal.aborted) return;
      await work(this.buffer ?? (await this.addBuffer(track)), feed);
    };
    feed.done = start().then(
      () => {
        feed.ended = true;
        // A track that was added in the last moment.
        const next = this.after(feed.track);
        if (next !== null && this.feed === feed && !abort.signal.aborted) this.restart(next, 0, false);
      },
      (error: unknown) => {
        if (!abort.signal.aborted && !this.closed) feed.track?.events.failed(error);
      },
    );
  }

  private async run(
    buffer: SourceBuffer,
    first: StreamTrack,
    coming: AsyncIterable<Segment>,
    empty: boolean,
    feed: Feed,
  ): Promise<void> {
    const { signal } = feed.abort;
    if (empty) await operate(buffer, () => buffer.remove(0, Infinity));
    let segments = coming;
    for (let track: StreamTrack | null = first; track !== null; ) {
      feed.track = track;
      this.enter(buffer, track);
      for await (const segment of segments) {
        await this.room(buffer, signal);
        await this.append(buffer, track, segment, signal);
        signal.throwIfAborted();
        this.skipGap();
        track.events.progress();
      }
      const next = this.after(track);
      if (next === null) break;
      segments = next.segments.start(0, signal);
      track = next;
    }
    this.end();
    feed.track?.events.progress();
  }

  /** Readies the SourceBuffer for a track, whatever the feed before left half parsed. */
  private enter(buffer: SourceBuffer, { startS, segments }: StreamTrack): void {
    const endS = startS + segments.durationS;
    // Opens a source that had ended; of one that has not, a segment may be half parsed, and then this is not allowed.
    if (this.source.readyState !== 'open') buffer.timestampOffset = startS;
    buffer.abort();
    if (segments.mime !== this.mime) buffer.changeType(segments.mime);
    this.mime = segments.mime;
    if (!(this.source.duration >= endS)) this.source.duration = endS;
    // The start of the window must never lie behind its end.
    buffer.appendWindowStart = 0;
    buffer.appendWindowEnd = endS;
    buffer.appendWindowStart = startS;
  }

  private after(track: StreamTrack | null): StreamTrack | null {
    const at = track === null ? -1 : this.tracks.indexOf(track);
    return at < 0 ? null : (this.tracks[at + 1] ?? null);
  }

  /** Removes all from there on. What comes before is whole: a track is appended only behind a whole one. */
  private async cut(buffer: SourceBuffer, fromS: number): Promise<void> {
    if (this.source.readyState === 'open') buffer.abort();
    await operate(buffer, () => buffer.remove(fromS, Infinity));
    this.end();
  }

  private end(): void {
    if (this.source.readyState === 'open') this.source.endOfStream();
  }

  private async addBuffer(track: StreamTrack | null): Promise<SourceBuffer> {
    await this.opened;
    this.mime = track?.segments.mime ?? '';
    this.buffer = this.source.addSourceBuffer(this.mime);
    return this.buffer;
  }

  private async append(buffer: SourceBuffer, track: StreamTrack, segment: Segment, signal: AbortSignal): Promise<void> {
    const { data, timestampOffset } = segment;
    if (timestampOffset !== undefined) buffer.timestampOffset = track.startS + timestampOffset;
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

  /**
   * Waits until less than AHEAD_S is buffered ahead, and a managed source wants to be fed: it does so when its machine is awake anyway. While
   * paused the element has no events, and so nothing happens.
   */
  private async room(buffer: SourceBuffer, signal: AbortSignal): Promise<void> {
    for (;;) {
      const timeS = this.audio.currentTime;
      const end = bufferedEnd(buffer.buffered, timeS);
      const isFull = end !== null && end - timeS >= AHEAD_S;
      if (isFull) await once(this.audio, ['timeupdate', 'seeking'], signal);
      else if (this.source.streaming === false) await once(this.source, ['startstreaming'], signal);
      else break;
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
