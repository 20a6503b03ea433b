import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { OpenAsset } from '@/lib/swarm/api';
import { askToPlay, bufferedEnd } from './output/media-element';
import { closeUnread, type TrackDeps } from './track-deps';
import { TrackPlayback } from './track-playback';

/** Sound counts as playing once the element's clock is this far from where it began: a jump itself moves it by a rounding. */
const MOVED_S = 0.01;
/** Running out of sound in the last moment is the end, announced a little early. */
const END_SLACK_S = 0.5;
/** When so much is left (s) the next one is put behind it: enough for a slow line, and not so early that it is often thrown away. */
export const FOLLOW_AT_S = 15;
/** So close to the next track the playhead is there: browsers stop short of sound that is missing by a rounding or a frame. */
const BOUNDARY_SLACK_S = 0.05;
/** Elements tell the time four times a second; a boundary this near is waited for exactly. */
const WATCH_BOUNDARY_S = 1;

export type DeckDeps = Pick<TrackDeps, 'swarm' | 'peerId' | 'onServerReturn'>;

export interface DeckEvents {
  /** What the interface shows has changed; `position`: only that. */
  changed(what: 'position' | 'all'): void;
  /** Sound plays, for the first time since `load` or `replay`. */
  started(): void;
  ended(): void;
  failed(error: WireError): void;
}

/**
 * One audio element with one track on it, maybe one more that follows it without a gap, and whether the listener wants to hear it. Translates
 * the element's events; knows nothing of queues: where the following track begins it says that the current one has ended, and expects `load`.
 */
export class Deck {
  private readonly refused = new Set<string>();
  private readonly listening = new AbortController();
  private playback: TrackPlayback | null = null;
  /** What plays next in the same stream. */
  private following: TrackPlayback | null = null;
  /** Tracks that the element failed to play behind another: each begins a stream of its own from then on. */
  private readonly alone = new Set<string>();
  private boundaryTimer: ReturnType<typeof setTimeout> | undefined;
  private started = false;
  /** Where the last start or jump was to, on the element's clock: once the playhead is past it, sound plays. */
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
  /** Its last seconds are heard beneath another track, which is the one that plays. */
  leaves = false;

  constructor(
    readonly audio: HTMLAudioElement,
    private readonly deps: DeckDeps,
    private readonly events: DeckEvents,
  ) {
    const on = (name: string, listener: () => void) =>
      audio.addEventListener(name, () => this.playback && listener(), { signal: this.listening.signal });
    on('timeupdate', () => this.timeUpdated());
    on('playing', () => this.plays());
    on('waiting', () => this.ranOut());
    on('seeked', () => this.events.changed('all'));
    on('ended', () => this.events.ended());
    on('error', () => this.elementFailed());
    on('pause', () => this.pausedFromOutside());
    on('play', () => this.playedFromOutside());
  }

  get loaded(): boolean {
    return this.playback !== null;
  }

  get track(): Track | null {
    return this.playback?.track ?? null;
  }

  get positionS(): number {
    return this.playback?.position() ?? 0;
  }

  get bufferedToS(): number {
    if (!this.playback) return 0;
    const end = bufferedEnd(this.audio.buffered, this.audio.currentTime) ?? 0;
    return Math.max(this.positionS, Math.min(end - this.playback.startS, this.durationS));
  }

  /** It is time to `follow`, and it can be done. */
  get wantsFollowing(): boolean {
    const isDue = this.durationS - this.positionS <= FOLLOW_AT_S;
    return isDue && this.following === null && this.playback?.canBeFollowed === true;
  }

  /** The track that plays next without a gap; null: none does, so far. */
  get followingTrackId(): string | null {
    return this.following?.track.id ?? null;
  }

  /** Puts a track behind the current one. When that cannot be done it is let go of. @param opened its asset; the deck owns it from now on */
  follow(track: Track, opened: Promise<OpenAsset>): void {
    const { playback } = this;
    const following = this.make(track, 0);
    this.following = following;
    if (playback && !this.alone.has(track.id) && following.follow(playback, opened)) return;
    this.unfollow();
    closeUnread(opened);
  }

  /** What was to play next shall not: its sound is removed. */
  unfollow(): void {
    const { following } = this;
    this.following = null;
    clearTimeout(this.boundaryTimer);
    following?.close();
  }

  /**
   * Begins to play a track in place of the one before; where it follows that one anyway, the stream goes on.
   * @param opened its asset, when it was opened ahead
   */
  load(track: Track, startS: number, opened: Promise<OpenAsset> | null): void {
    const { following } = this;
    if (startS === 0 && following?.track.id === track.id && following.isPlaced) {
      closeUnread(opened);
      this.arrive(following);
      return;
    }
    this.playback?.close();
    this.unfollow();
    this.reset('loading', startS);
    this.durationS = track.durationS;
    this.playback = this.make(track, startS);
    this.playback.begin(opened);
  }

  private make(track: Track, startS: number): TrackPlayback {
    const isCurrent = () => this.playback === playback;
    const playback: TrackPlayback = new TrackPlayback(
      {
        ...this.deps,
        audio: this.audio,
        refused: this.refused,
        events: {
          sourceSet: (route) => {
            this.unfollow();
            this.route = route;
            this.phase = 'loading';
            if (this.playWhenReady) this.requestPlay();
            this.events.changed('all');
          },
          duration: (seconds) => {
            if (!isCurrent()) return;
            this.durationS = seconds;
            this.events.changed('all');
          },
          progress: () => {
            this.hint();
            this.events.changed('position');
          },
          trouble: (error) => {
            this.trouble = error;
            this.events.changed('all');
          },
          failed: (error) => {
            if (isCurrent()) this.events.failed(error);
            else if (this.following === playback) this.unfollow();
          },
        },
      },
      track,
      startS,
    );
    return playback;
  }

  /** The following track is the current one from now on. */
  private arrive(playback: TrackPlayback): void {
    const { audio } = this;
    const before = this.playback;
    const startS = playback.startS;
    const isThere = !audio.ended && audio.currentTime >= startS - BOUNDARY_SLACK_S;
    this.following = null;
    clearTimeout(this.boundaryTimer);
    this.playback = playback;
    playback.arrive();
    before?.close();
    this.reset(isThere && this.phase === 'playing' ? 'playing' : 'loading', startS);
    this.durationS = playback.durationS;
    this.hint();
    if (!isThere) this.seek(0);
    else if (this.playWhenReady && audio.paused) this.requestPlay();
    this.events.changed('all');
  }

  /** Plays the track once more from its start, as a play of its own. */
  replay(): void {
    this.started = false;
    this.seek(0);
  }

  play(): void {
    this.playWhenReady = true;
    this.hint();
    if (this.playback) this.requestPlay();
    this.events.changed('all');
  }

  pause(): void {
    this.playWhenReady = false;
    this.audio.pause();
    this.hint();
    this.events.changed('all');
  }

  /** @param timeS within the track */
  seek(timeS: number): void {
    if (!this.playback) return;
    this.anchorS = this.playback.startS + timeS;
    // What is buffered plays at once.
    if (bufferedEnd(this.audio.buffered, this.anchorS) === null) this.phase = 'loading';
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
    this.unfollow();
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
    askToPlay(this.audio, () => this.pause());
  }

  private plays(): void {
    if (this.audio.seeking) return;
    this.phase = 'playing';
    this.playback?.healthy();
    this.hint();
    this.events.changed('all');
  }

  private hint(): void {
    this.playback?.hint(this.playWhenReady && !this.leaves);
    this.following?.hint(false);
  }

  /** Sound reached the following track, or will in a moment. @returns whether it did */
  private crossesBoundary(): boolean {
    const { following, audio } = this;
    clearTimeout(this.boundaryTimer);
    if (!following?.isPlaced || audio.seeking) return false;
    const leftS = following.startS - audio.currentTime;
    if (leftS <= 0) {
      this.events.ended();
      return true;
    }
    if (leftS < WATCH_BOUNDARY_S && !audio.paused) {
      this.boundaryTimer = setTimeout(() => this.timeUpdated(), Math.ceil((leftS / audio.playbackRate) * 1000));
    }
    return false;
  }

  private elementFailed(): void {
    const { following } = this;
    this.unfollow();
    if (following !== null) this.alone.add(following.track.id);
    this.playback?.elementFailed(this.audio.error, following !== null);
  }

  private timeUpdated(): void {
    if (this.crossesBoundary()) return;
    const { seeking, paused, currentTime } = this.audio;
    if (!seeking && !paused && currentTime - this.anchorS > MOVED_S) {
      if (this.phase === 'loading') this.plays();
      if (!this.started) {
        this.started = true;
        this.events.started();
      }
    }
    this.hint();
    this.events.changed('position');
  }

  private ranOut(): void {
    const { seeking, currentTime } = this.audio;
    // A jump waits too, and that is no stall.
    if (this.phase !== 'playing' || seeking || currentTime - this.anchorS <= MOVED_S) return;
    const { playback, following } = this;
    if (following?.isPlaced && currentTime > following.startS - BOUNDARY_SLACK_S) {
      // The current track was heard whole; the next one has no sound yet.
      this.phase = 'loading';
      this.events.ended();
      return;
    }
    if (currentTime - (playback?.startS ?? 0) > this.durationS - END_SLACK_S) return;
    this.phase = 'stalled';
    this.anchorS = currentTime;
    this.stalls++;
    this.hint();
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
