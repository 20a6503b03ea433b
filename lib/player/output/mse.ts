import { bufferedEnd } from './media-element';
import { type MseEvents, MseStream, type StreamTrack } from './mse-stream';
import type { Segments } from './segments';

/** The MediaSource of this browser: Safari on telephones has only the managed one. */
export function mediaSourceClass(): typeof MediaSource | null {
  const scope = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

/**
 * One track in an audio element, fed through Media Source Extensions: the first of a stream, or one that follows another without a gap.
 * Created before the track is known, so that the browser opens the MediaSource while the grant is on its way; `attach` then gives it sound.
 */
export class MseOutput {
  private readonly audio: HTMLAudioElement;
  private readonly stream: MseStream;
  private readonly events: MseEvents;
  /** The one that it follows, until it is attached. */
  private before: MseOutput | null;
  private track: StreamTrack | null = null;
  /** The outputs of the stream that are not closed; shared by all of them. */
  private readonly users: Set<MseOutput>;

  private constructor(audio: HTMLAudioElement, stream: MseStream, before: MseOutput | null, events: MseEvents) {
    this.audio = audio;
    this.stream = stream;
    this.before = before;
    this.events = events;
    this.users = before?.users ?? new Set();
    this.users.add(this);
  }

  /** Points the element at a new MediaSource. @param startS where playing will begin */
  static open(audio: HTMLAudioElement, Source: typeof MediaSource, startS: number, events: MseEvents): MseOutput {
    return new MseOutput(audio, new MseStream(audio, Source, startS), null, events);
  }

  /** An output for the track that shall play when this one's has ended. */
  following(events: MseEvents): MseOutput {
    return new MseOutput(this.audio, this.stream, this, events);
  }

  /** Where its track begins on the element's clock; known once it is attached. */
  get startS(): number {
    return this.track?.startS ?? 0;
  }

  get attached(): boolean {
    return this.track !== null;
  }

  /**
   * Whether its sound can be put where it belongs: behind a track that has its own place, and of the same type, or in a browser that can change it.
   * Firefox 153 has `changeType`, but left out the first track behind each change (recorded; the cause is not known). It is told by taking no
   * MP3 as it is.
   */
  takes(mime: string, Source: Pick<typeof MediaSource, 'isTypeSupported'>): boolean {
    if (this.before === null) return true;
    const typeBefore = this.before.track?.segments.mime;
    return typeBefore === mime || (typeBefore !== undefined && Source.isTypeSupported('audio/mpeg'));
  }

  /** Begins to feed. @param timeS of the track: where the playhead shall be */
  attach(segments: Segments, timeS: number): void {
    const startS = this.before?.endS ?? 0;
    this.before = null;
    this.track = { startS, segments, events: this.events };
    this.stream.add(this.track, timeS);
  }

  /** Jumps. Within what is buffered nothing is read again. @param timeS of the track */
  seek(timeS: number): void {
    const toS = this.startS + timeS;
    this.audio.currentTime = toS;
    if (this.track && bufferedEnd(this.audio.buffered, toS) === null) this.stream.replace(this.track, timeS);
  }

  /** Goes on feeding behind what is buffered, after a failure. */
  resume(): void {
    if (this.track) this.stream.resume(this.track);
  }

  /** Lets go of its part of the stream, and of the MediaSource when no other track is on it. */
  close(): void {
    if (!this.users.delete(this)) return;
    if (this.users.size === 0) this.stream.close();
    else if (this.track) this.stream.remove(this.track);
  }

  private get endS(): number {
    return this.track === null ? 0 : this.track.startS + this.track.segments.durationS;
  }
}
