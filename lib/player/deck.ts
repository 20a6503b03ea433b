import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { bufferedEnd } from './output/media-element';
import { TrackPlayback } from './track-playback';

/** Sound counts as moving once the element's clock is this far from where it began: a jump itself moves it by a rounding. */
const MOVED_S = 0.01;
/** Running dry in the last moment is the end, announced a little early. */
const END_SLACK_S = 0.5;

export interface DeckEvents {
  /** Anything to be seen has changed; `position` when it is only that. */
  changed(what: 'position' | 'all'): void;
  /** Sound moves, for the first time since `load`. */
  sounded(): void;
  ended(): void;
  failed(error: WireError): void;
}

/**
 * One audio element with at most one track on it, and the wish to hear it or not. Translates the element's events; knows
 * nothing of queues.
 */
export class Deck {
  readonly #audio: HTMLAudioElement;
  readonly #deps: { swarm: SwarmPeer | null; peerId: string };
  readonly #events: DeckEvents;
  readonly #refused = new Set<string>();
  readonly #listening = new AbortController();
  #playback: TrackPlayback | null = null;
  #sounded = false;
  /** Where the last start or jump was to: sound that is past it has moved. */
  #anchorS = 0;

  /** `loading`: no sound yet since the start or the last jump; `dry`: there was, and it ran out. */
  phase: 'empty' | 'loading' | 'moving' | 'dry' = 'empty';
  /** The listener wants to hear it. */
  wanted = false;
  route: 'swarm' | 'plain' | null = null;
  durationS = 0;
  trouble: WireError | null = null;
  /** Times it ran dry since the page began. */
  stalls = 0;

  constructor(audio: HTMLAudioElement, deps: { swarm: SwarmPeer | null; peerId: string }, events: DeckEvents) {
    this.#audio = audio;
    this.#deps = deps;
    this.#events = events;
    const on = (name: string, listener: () => void) =>
      audio.addEventListener(name, () => this.#playback && listener(), { signal: this.#listening.signal });
    on('timeupdate', () => this.#ticked());
    on('playing', () => this.#began());
    on('waiting', () => this.#ranDry());
    on('seeked', () => this.#events.changed('all'));
    on('ended', () => this.#events.ended());
    on('error', () => this.#playback?.elementFailed(audio.error));
    on('pause', () => this.#pausedFromOutside());
    on('play', () => this.#playedFromOutside());
  }

  get loaded(): boolean {
    return this.#playback !== null;
  }

  get positionS(): number {
    return this.#playback?.position() ?? 0;
  }

  get bufferedToS(): number {
    return this.#playback ? (bufferedEnd(this.#audio.buffered, this.#audio.currentTime) ?? this.positionS) : 0;
  }

  /** Puts a track on. @param opened its asset, when it was opened ahead */
  load(track: Track, startS: number, opened: Promise<OpenAsset> | null): void {
    this.#playback?.close();
    this.#reset('loading', startS);
    this.durationS = track.durationS;
    this.#playback = new TrackPlayback(
      {
        audio: this.#audio,
        ...this.#deps,
        refused: this.#refused,
        events: {
          sourceSet: (route) => {
            this.route = route;
            this.phase = 'loading';
            if (this.wanted) this.#ask();
            this.#events.changed('all');
          },
          duration: (seconds) => {
            this.durationS = seconds;
            this.#events.changed('all');
          },
          progress: () => {
            this.#playback?.hint(this.wanted);
            this.#events.changed('position');
          },
          trouble: (error) => {
            this.trouble = error;
            this.#events.changed('all');
          },
          failed: (error) => this.#events.failed(error),
        },
      },
      track,
      startS,
    );
    this.#playback.begin(opened);
  }

  /** Once more from its start, as a play of its own. */
  replay(): void {
    this.#sounded = false;
    this.seek(0);
  }

  play(): void {
    this.wanted = true;
    this.#playback?.hint(true);
    if (this.#playback) this.#ask();
    this.#events.changed('all');
  }

  pause(): void {
    this.wanted = false;
    this.#audio.pause();
    this.#playback?.hint(false);
    this.#events.changed('all');
  }

  /** @param timeS within the track */
  seek(timeS: number): void {
    if (!this.#playback) return;
    this.#anchorS = timeS;
    // What is buffered sounds at once.
    if (bufferedEnd(this.#audio.buffered, timeS) === null) this.phase = 'loading';
    this.#playback.seek(timeS);
    // At its end the element had stopped by itself.
    if (this.wanted && this.#audio.paused) this.#ask();
    this.#events.changed('all');
  }

  /** A jump to there is likely. @param timeS within the track */
  aim(timeS: number): void {
    this.#playback?.aim(timeS);
  }

  bytes() {
    return this.#playback?.bytes() ?? { cache: 0, peer: 0, origin: 0 };
  }

  /** Takes the track off: silence. */
  unload(): void {
    if (!this.#playback) return;
    this.#playback.close();
    this.#playback = null;
    this.#reset('empty', 0);
    this.route = null;
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#audio.load();
  }

  close(): void {
    this.unload();
    this.#listening.abort();
  }

  #reset(phase: Deck['phase'], anchorS: number): void {
    this.phase = phase;
    this.trouble = null;
    this.#sounded = false;
    this.#anchorS = anchorS;
  }

  #ask(): void {
    this.#audio.play().catch((error: unknown) => {
      // Not before the listener has touched the page: that is a pause, and no failure. All else comes as an event.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.pause();
    });
  }

  #began(): void {
    if (this.#audio.seeking) return;
    this.phase = 'moving';
    this.#playback?.healthy();
    this.#playback?.hint(this.wanted);
    this.#events.changed('all');
  }

  #ticked(): void {
    const { seeking, paused, currentTime } = this.#audio;
    if (!seeking && !paused && currentTime - this.#anchorS > MOVED_S) {
      if (this.phase === 'loading') this.#began();
      if (!this.#sounded) {
        this.#sounded = true;
        this.#events.sounded();
      }
    }
    this.#playback?.hint(this.wanted);
    this.#events.changed('position');
  }

  #ranDry(): void {
    const { seeking, currentTime } = this.#audio;
    // A jump waits too, and that is none.
    if (this.phase !== 'moving' || seeking || currentTime - this.#anchorS <= MOVED_S) return;
    if (currentTime > this.durationS - END_SLACK_S) return;
    this.phase = 'dry';
    this.#anchorS = currentTime;
    this.stalls++;
    this.#playback?.hint(this.wanted);
    this.#events.changed('all');
  }

  /** Headphones pulled out, a telephone call, the browser's own control. (A new source also pauses for a moment.) */
  #pausedFromOutside(): void {
    if (this.wanted && this.#audio.paused && !this.#audio.ended && !this.#audio.error) this.pause();
  }

  #playedFromOutside(): void {
    if (!this.wanted && !this.#audio.paused) this.play();
  }
}
