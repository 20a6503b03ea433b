export const SLOWEST = 0.5;
export const FASTEST = 2;

/** How fast the element plays, pitch kept. */
export class Speed {
  private readonly audio: HTMLAudioElement;
  private current: number;

  /**
   * @param speed 1: as it was recorded
   * @param changed the element plays at another speed now: the player's own controls did it, or the browser's; told with the one before
   */
  constructor(audio: HTMLAudioElement, speed: number, changed: () => void, signal: AbortSignal) {
    this.audio = audio;
    this.current = within(speed);
    this.set(this.current);
    audio.addEventListener(
      'ratechange',
      () => {
        if (audio.playbackRate === this.current || !(audio.playbackRate > 0)) return;
        this.current = within(audio.playbackRate);
        if (audio.playbackRate !== this.current) audio.playbackRate = this.current;
        audio.defaultPlaybackRate = this.current;
        changed();
      },
      { signal },
    );
  }

  get value(): number {
    return this.current;
  }

  set(speed: number): void {
    this.current = within(speed);
    this.audio.preservesPitch = true;
    // Each new source begins with the default.
    this.audio.defaultPlaybackRate = this.current;
    this.audio.playbackRate = this.current;
  }
}

const within = (speed: number) => (Number.isFinite(speed) ? Math.min(FASTEST, Math.max(SLOWEST, speed)) : 1);
