import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { OpenAsset } from '@/lib/swarm/api';
import { bufferedEnd } from './output/media-element';
import { type TrackDeps, TrackPlayback } from './track-playback';

/** Sound counts as playing once the element's clock is this far from where it began: a jump itself moves it by a rounding. */
const MOVED_S = 0.01;
/** Running out of sound in the last moment is the end, announced a little early. */
const END_SLACK_S = 0.5;

type DeckDeps = Pick<TrackDeps, 'swarm' | 'peerId' | 'onServerReturn'>;

export interface DeckEvents {
  /** What the interface shows has changed; `position`: only that. */
  changed(what: 'position' | 'all'): void;
  /** Sound plays, for the first time since `load` or `replay`. */
  started(): void;
  ended(): void;
  failed(error: WireError): void;
}

/**
 * One audio element with at most one track on it, and whether the listener wants to hear it. Translates the element's events; knows
 * nothing of queues.
 */
export class Deck {
  private readonly audio: HTMLAudioElement;
  private readonly deps: DeckDeps;
  private readonly events: DeckEvents;
  private readonly refused = new Set<string>();
  private readonly listening = new AbortController();
  private playback: TrackPlayback | null = null;
  private started = false;
  /** Where the last start or jump was to: once the playhead is past it, sound plays. */
  private anchorS = 0;

  /** `loading`: no sound yet since the start or the last jump; `stalled`: there was, and it ran out. */
  phase: 'empty' | 'loading' | 'playing' | 'stalled' = 'empty';
  /** The listener wants to hear it: it plays as soon as it can. */
  playWhenReady = false;
  route: 'swarm' | 'plain' | null = null;
  durationS = 0;
  trouble: WireError | null = null;
  /** How often it stalled since the page was loaded. */
  stalls = 0;

  constructor(audio: HTMLAudioElement, deps: DeckDeps, events: DeckEvents) {
    this.audio = audio;
    this.deps = deps;
    this.events = events;
    const on = (name: string, listener: () => void) =>
      audio.addEventListener(name, () => this.playback && listener(), { signal: this.listening.signal });
    on('timeupdate', () => this.timeUpdated());
    on('playing', () => this.plays());
    on('waiting', () => this.ranOut());
    on('seeked', () => this.events.changed('all'));
    on('ended', () => this.events.ended());
    on('error', () => this.playback?.elementFailed(audio.error));
    on('pause', () => this.pausedFromOutside());
    on('play', () => this.playedFromOutside());
  }

  get loaded(): boolean {
    return this.playback !== null;
  }

  get positionS(): number {
    return this.playback?.position() ?? 0;
  }

  get bufferedToS(): number {
    return this.playback ? (bufferedEnd(this.audio.buffered, this.audio.currentTime) ?? this.positionS) : 0;
  }

  /** Begins to play a track in place of the one before. @param opened its asset, when it was opened ahead */
  load(track: Track, startS: number, opened: Promise<OpenAsset> | null): void {
    this.playback?.close();
    this.reset('loading', startS);
    this.durationS = track.durationS;
    this.playback = new TrackPlayback(
      {
        audio: this.audio,
        ...this.deps,
        refused: this.refused,
        events: {
          sourceSet: (route) => {
            this.route = route;
            this.phase = 'loading';
            if (this.playWhenReady) this.requestPlay();
            this.events.changed('all');
          },
          duration: (seconds) => {
            this.durationS = seconds;
            this.events.changed('all');
          },
          progress: () => {
            this.playback?.hint(this.playWhenReady);
            this.events.changed('position');
          },
          trouble: (error) => {
            this.trouble = error;
            this.events.changed('all');
          },
          failed: (error) => this.events.failed(error),
        },
      },
      track,
      startS,
    );
    this.playback.begin(opened);
  }

  /** Plays the track once more from its start, as a play of its own. */
  replay(): void {
    this.started = false;
    this.seek(0);
  }

  play(): void {
    this.playWhenReady = true;
    this.playback?.hint(true);
    if (this.playback) this.requestPlay();
    this.events.changed('all');
  }

  pause(): void {
    this.playWhenReady = false;
    this.audio.pause();
    this.playback?.hint(false);
    this.events.changed('all');
  }

  /** @param timeS within the track */
  seek(timeS: number): void {
    if (!this.playback) return;
    this.anchorS = timeS;
    // What is buffered plays at once.
    if (bufferedEnd(this.audio.buffered, timeS) === null) this.phase = 'loading';
    this.playback.seek(timeS);
    // At its end the element had stopped by itself.
    if (this.playWhenReady && this.audio.paused) this.requestPlay();
    this.events.changed('all');
  }

  /** A jump to there is likely; null: to nowhere any more. @param timeS within the track */
  aim(timeS: number | null): void {
    this.playback?.aim(timeS);
  }

  bytes() {
    return this.playback?.bytes() ?? { cache: 0, peer: 0, origin: 0 };
  }

  /** Stops, and lets go of the track. */
  unload(): void {
    if (!this.playback) return;
    this.playback.close();
    this.playback = null;
    this.reset('empty', 0);
    this.route = null;
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  close(): void {
    this.unload();
    this.listening.abort();
  }

  private reset(phase: Deck['phase'], anchorS: number): void {
    this.phase = phase;
    this.trouble = null;
    this.started = false;
    this.anchorS = anchorS;
  }

  private requestPlay(): void {
    this.audio.play().catch((error: unknown) => {
      // The browser plays nothing before the listener has touched the page: that is a pause and no failure. All else comes as an event.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.pause();
    });
  }

  private plays(): void {
    if (this.audio.seeking) return;
    this.phase = 'playing';
    this.playback?.healthy();
    this.playback?.hint(this.playWhenReady);
    this.events.changed('all');
  }

  private timeUpdated(): void {
    const { seeking, paused, currentTime } = this.audio;
    if (!seeking && !paused && currentTime - this.anchorS > MOVED_S) {
      if (this.phase === 'loading') this.plays();
      if (!this.started) {
        this.started = true;
        this.events.started();
      }
    }
    this.playback?.hint(this.playWhenReady);
    this.events.changed('position');
  }

  private ranOut(): void {
    const { seeking, currentTime } = this.audio;
    // A jump waits too, and that is no stall.
    if (this.phase !== 'playing' || seeking || currentTime - this.anchorS <= MOVED_S) return;
    if (currentTime > this.durationS - END_SLACK_S) return;
    this.phase = 'stalled';
    this.anchorS = currentTime;
    this.stalls++;
    this.playback?.hint(this.playWhenReady);
    this.events.changed('all');
  }

  /** Headphones pulled out, a telephone call, the browser's own control. (A new source also pauses for a moment.) */
  private pausedFromOutside(): void {
    if (this.playWhenReady && this.audio.paused && !this.audio.ended && !this.audio.error) this.pause();
  }

  private playedFromOutside(): void {
    if (!this.playWhenReady && !this.audio.paused) this.play();
  }
}
