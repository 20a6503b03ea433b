export const SLOWEST = 0.5;
export const FASTEST = 2;

/** How fast the elements play, pitch kept. */
export class Speed {
  private readonly elements: HTMLAudioElement[] = [];
  private current: number;

  /**
   * @param speed 1: as it was recorded
   * @param changed an element plays at another speed now, and so do all: the player's own controls did it, or the browser's
   */
  constructor(
    speed: number,
    private readonly changed: () => void,
    private readonly signal: AbortSignal,
  ) {
    this.current = within(speed);
  }

  get value(): number {
    return this.current;
  }

  add(audio: HTMLAudioElement): void {
    this.elements.push(audio);
    this.set(this.current);
    const { signal } = this;
    audio.addEventListener('ratechange', () => this.changedFromOutside(audio), { signal });
  }

  set(speed: number): void {
    this.current = within(speed);
    for (const audio of this.elements) {
      audio.preservesPitch = true;
      // Each new source begins with the default.
      audio.defaultPlaybackRate = this.current;
      if (audio.playbackRate !== this.current) audio.playbackRate = this.current;
    }
  }

  private changedFromOutside({ playbackRate }: HTMLAudioElement): void {
    if (playbackRate === this.current || !(playbackRate > 0)) return;
    this.set(playbackRate);
    this.changed();
  }
}

const within = (speed: number) => (Number.isFinite(speed) ? Math.min(FASTEST, Math.max(SLOWEST, speed)) : 1);
