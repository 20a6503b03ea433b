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
  timestampOffset = 0;
  readonly buffered = rangesOf([]);

  private readonly source: FakeMediaSource;

  constructor(source: FakeMediaSource) {
    super();
    this.source = source;
  }

  appendBuffer(data: Uint8Array): void {
    this.source.appended.push(data.length);
    this.operate(this.source.refuses ? 'error' : 'update');
  }

  remove(): void {
    this.operate('update');
  }

  abort(): void {}

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
  static isTypeSupported(): boolean {
    return true;
  }

  readyState = 'closed';
  duration = Number.NaN;
  /** Whether appended bytes are refused. */
  refuses = false;
  /** Lengths of what was appended. */
  readonly appended: number[] = [];

  constructor() {
    super();
    FakeMediaSource.made.push(this);
    queueMicrotask(() => {
      this.readyState = 'open';
      this.dispatchEvent(new Event('sourceopen'));
    });
  }

  addSourceBuffer(): FakeSourceBuffer {
    return new FakeSourceBuffer(this);
  }

  endOfStream(): void {
    this.readyState = 'ended';
  }
}
