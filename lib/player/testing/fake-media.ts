/** For tests: an audio element and a MediaSource that do what they are told. */

function rangesOf(ranges: readonly (readonly [number, number])[]): TimeRanges {
  return {
    length: ranges.length,
    start: (i) => ranges[i]?.[0] ?? Number.NaN,
    end: (i) => ranges[i]?.[1] ?? Number.NaN,
  };
}

export class FakeAudio extends EventTarget {
  readonly HAVE_METADATA = 1;
  readyState = 0;
  currentTime = 0;
  paused = true;
  ended = false;
  seeking = false;
  error: MediaError | null = null;
  volume = 1;
  muted = false;
  playbackRate = 1;
  defaultPlaybackRate = 1;
  preservesPitch = false;
  disableRemotePlayback = false;
  ranges: [number, number][] = [];
  /** Every source it was given. */
  readonly sources: string[] = [];

  get element(): HTMLAudioElement {
    return this as unknown as HTMLAudioElement;
  }

  get buffered(): TimeRanges {
    return rangesOf(this.ranges);
  }

  set src(src: string) {
    this.sources.push(src);
    this.empty();
  }

  removeAttribute(): void {
    this.empty();
  }

  load(): void {}

  async play(): Promise<void> {
    this.paused = false;
  }

  pause(): void {
    this.paused = true;
  }

  fire(name: string): void {
    this.dispatchEvent(new Event(name));
  }

  /** Sound plays up to here. */
  playTo(timeS: number): void {
    this.readyState = this.HAVE_METADATA;
    this.currentTime = timeS;
    this.fire('timeupdate');
  }

  /** Shows what is buffered of that source from now on. */
  shows(source: FakeMediaSource | undefined): void {
    this.ranges = source?.ranges ?? [];
  }

  end(): void {
    this.ended = true;
    this.fire('ended');
  }

  /** @param code of MediaError */
  fail(code: number, message: string): void {
    this.error = { code, message } as MediaError;
    this.fire('error');
  }

  private empty(): void {
    this.readyState = 0;
    this.currentTime = 0;
    this.error = null;
    this.ended = false;
    this.ranges = [];
  }
}

class FakeSourceBuffer extends EventTarget {
  updating = false;
  appendWindowStart = 0;
  appendWindowEnd = Number.POSITIVE_INFINITY;
  private offset = 0;
  /** Where the next bytes go, on the element's clock. */
  private at = 0;
  private readonly source: FakeMediaSource;

  constructor(source: FakeMediaSource) {
    super();
    this.source = source;
  }

  get buffered(): TimeRanges {
    return rangesOf(this.source.ranges);
  }

  get timestampOffset(): number {
    return this.offset;
  }

  set timestampOffset(to: number) {
    this.source.open();
    this.offset = to;
    this.at = to;
  }

  appendBuffer(data: Uint8Array): void {
    const { source } = this;
    source.open();
    source.appended.push(data.length);
    if (source.bytesPerSecond > 0) {
      const end = this.at + data.length / source.bytesPerSecond;
      source.fill(Math.max(this.at, this.appendWindowStart), Math.min(end, this.appendWindowEnd));
      this.at = end;
    }
    this.operate(source.refuses ? 'error' : 'update');
  }

  remove(start: number, end: number): void {
    this.source.open();
    this.source.log.push(`removed from ${start}`);
    const kept = this.source.ranges.flatMap(([from, to]) => [
      [from, Math.min(to, start)] as [number, number],
      [Math.max(from, end), to] as [number, number],
    ]);
    this.source.ranges.splice(0, Infinity, ...kept.filter(([from, to]) => from < to));
    this.operate('update');
  }

  changeType(mime: string): void {
    this.source.log.push(mime);
  }

  abort(): void {
    if (this.source.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    this.appendWindowStart = 0;
    this.appendWindowEnd = Number.POSITIVE_INFINITY;
  }

  private operate(outcome: string): void {
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      this.dispatchEvent(new Event(outcome));
      this.dispatchEvent(new Event('updateend'));
    });
  }
}

/** Opens at once. */
export class FakeMediaSource extends EventTarget {
  static readonly made: FakeMediaSource[] = [];
  /** Of those made from now on: how much sound is in what is appended; 0: none is ever buffered. */
  static bytesPerSecond = 0;
  static isTypeSupported(): boolean {
    return true;
  }

  readyState = 'closed';
  duration = Number.NaN;
  /** Whether appended bytes are refused. */
  refuses = false;
  /** Lengths of what was appended. */
  readonly appended: number[] = [];
  /** Removals, and changes of type. */
  readonly log: string[] = [];
  readonly ranges: [number, number][] = [];
  readonly bytesPerSecond = FakeMediaSource.bytesPerSecond;

  constructor() {
    super();
    FakeMediaSource.made.push(this);
    queueMicrotask(() => {
      this.readyState = 'open';
      this.dispatchEvent(new Event('sourceopen'));
    });
  }

  addSourceBuffer(mime: string): FakeSourceBuffer {
    this.log.push(mime);
    return new FakeSourceBuffer(this);
  }

  /** As an ended source does when more is appended. */
  open(): void {
    this.readyState = 'open';
  }

  endOfStream(): void {
    this.readyState = 'ended';
    this.duration = this.ranges.at(-1)?.[1] ?? this.duration;
  }

  /** Sound comes to be buffered there, in order. */
  fill(start: number, end: number): void {
    if (start >= end) return;
    const last = this.ranges.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else this.ranges.push([start, end]);
  }
}

/** Safari's on telephones: it says when it wants to be fed. */
export class FakeManagedMediaSource extends FakeMediaSource {
  streaming = false;

  /** Begins or stops to want bytes. */
  stream(on: boolean): void {
    this.streaming = on;
    this.dispatchEvent(new Event(on ? 'startstreaming' : 'endstreaming'));
  }
}
