import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import type { BytesBySource, OpenAsset } from '@/lib/swarm/api';
import type { PlaybackOptions } from './api';
import { fadeLengthS, mixAt, untilFadeS } from './crossfade/fade';
import { Deck, type DeckDeps, type DeckEvents, FOLLOW_AT_S } from './deck';
import type { Sound } from './sound/sound';
import { closeUnread } from './track-deps';

/** While two tracks are mixed their volumes change this often (ms): steps of 2 % in the shortest of usual fades. */
const MIX_STEP_MS = 20;
/** Elements tell the time four times a second; a fade this near is waited for exactly (s). */
const WATCH_FADE_S = 1;

export interface DecksDeps extends DeckDeps, Pick<PlaybackOptions, 'onEvent'> {
  sound: Pick<Sound, 'crossfade' | 'switchTo' | 'mix'>;
  /** The queue is shuffled. */
  isShuffled(): boolean;
  /** Makes the element of the second deck, when it is needed for the first time. */
  makeAudio(): HTMLAudioElement;
}

/** A track that is loaded on the deck that rests, to fade in. */
interface Coming {
  deck: Deck;
  track: Track;
  /** It was told to play, silently: the fade begins with its first sound. */
  begun: boolean;
}

/** A track whose last seconds are heard beneath the current one. */
interface Leaving {
  deck: Deck;
  /** Seconds of the track, not of the clock. */
  leftAtFirstS: number;
}

/**
 * The deck that plays, and while two tracks are crossfaded a second one. Both take turns; the second is made when a crossfade is first due. As a
 * deck does at the end of a track, it says `ended` when the next one is to begin, and expects `load`; that moment is the beginning of the fade,
 * which goes by the clock of the track that leaves, so that whatever stops that one stops the fade.
 */
export class Decks {
  private readonly decks: [Deck, Deck?];
  private active: Deck;
  private coming: Coming | null = null;
  private leaving: Leaving | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopEvents: (() => void) | undefined;
  /** Tracks that could not be made ready on the second deck: each begins when the one before has ended. */
  private readonly unmixed = new Set<string>();
  /** The browser lets the second element play without a press of its own. */
  private mayMix = true;

  constructor(
    audio: HTMLAudioElement,
    private readonly deps: DecksDeps,
    private readonly events: DeckEvents,
  ) {
    this.active = this.make(audio);
    this.decks = [this.active];
    this.stopEvents = deps.onEvent?.((event) => this.stopIfWithdrawn(event));
  }

  /** The one with the current track. */
  get current(): Deck {
    return this.active;
  }

  get positionS(): number {
    return this.active.positionS;
  }

  get durationS(): number {
    return this.active.durationS;
  }

  /** Real seconds until the current track ends. */
  get leftS(): number {
    return (this.durationS - this.positionS) / this.speed;
  }

  bytes(): BytesBySource {
    return this.active.bytes();
  }

  /** The track that is ready to play next; null: none is, so far. */
  get followingTrackId(): string | null {
    return this.coming?.track.id ?? this.active.followingTrackId;
  }

  /** This track is ready to play next, in the way that it is to follow. */
  isReady(track: Track): boolean {
    return track.id === this.followingTrackId && this.fadeInto(track) > 0 === (this.coming !== null);
  }

  /** It is time to make the next track ready. */
  get wantsFollowing(): boolean {
    if (this.followingTrackId !== null || !this.active.loaded) return false;
    return this.durationS - this.positionS <= FOLLOW_AT_S + this.deps.sound.crossfade * this.speed;
  }

  /** Whether this track can be made ready to play next now. */
  canFollow(track: Track): boolean {
    return this.fadeInto(track) > 0 ? this.leaving === null : this.active.wantsFollowing;
  }

  /** Makes a track ready to play behind the current one: mixed with its end, or without a gap. @param opened its asset; the deck owns it from now on */
  follow(track: Track, opened: Promise<OpenAsset> | null): void {
    if (this.fadeInto(track) > 0) {
      const deck = this.resting();
      this.deps.sound.mix(deck.audio, 0);
      this.coming = { deck, track, begun: false };
      deck.playWhenReady = false;
      deck.load(track, 0, opened);
      this.watch();
    } else if (opened) this.active.follow(track, opened);
  }

  /** What was to play next shall not. */
  unfollow(): void {
    this.active.unfollow();
    this.coming?.deck.unload();
    this.coming = null;
  }

  /** As a deck's. A track that was made ready begins at once; where its fade was due, mixed with the end of the one before. */
  load(track: Track, startS: number, opened: Promise<OpenAsset> | null): void {
    const { coming } = this;
    if (startS === 0 && coming?.track.id === track.id) {
      closeUnread(opened);
      this.takeOver(coming);
      return;
    }
    if (coming !== null) this.unfollow();
    this.endFade();
    this.active.load(track, startS, opened);
  }

  replay(): void {
    this.endFade();
    this.holdBack();
    this.active.replay();
  }

  play(): void {
    this.active.play();
  }

  pause(): void {
    this.active.pause();
  }

  /** A jump ends the fade: what it leads to is not heard together with another track's end. @param timeS within the track */
  seek(timeS: number): void {
    this.endFade();
    this.holdBack();
    this.active.seek(timeS);
  }

  unload(): void {
    this.unfollow();
    this.endFade();
    this.active.unload();
  }

  close(): void {
    this.unload();
    this.stopEvents?.();
    for (const deck of this.decks) deck?.close();
  }

  /** What is withdrawn stops at once: what is buffered of it may not be heard either. */
  private stopIfWithdrawn({ type, data }: Message): void {
    if (type !== 'changed.track' || !data.withdrawn) return;
    const { trackId } = data;
    if (trackId === this.followingTrackId) this.unfollow();
    if (trackId === this.leaving?.deck.track?.id) this.endFade();
    if (trackId !== this.active.track?.id) return;
    this.events.failed({ code: 'track_withdrawn', message: 'This track was withdrawn.' });
  }

  private get speed(): number {
    return this.active.audio.playbackRate;
  }

  /** Seconds that the current track and this one are to be mixed; 0: they are not. */
  private fadeInto(track: Track): number {
    const { sound, isShuffled } = this.deps;
    const from = this.active.track;
    if (sound.crossfade <= 0 || from === null || !this.mayMix || this.unmixed.has(track.id)) return 0;
    return fadeLengthS(sound.crossfade, { from, to: track, shuffled: isShuffled(), speed: this.speed });
  }

  private resting(): Deck {
    this.decks[1] ??= this.make(this.deps.makeAudio());
    const [first, second] = this.decks;
    return this.active === first ? second : first;
  }

  private make(audio: HTMLAudioElement): Deck {
    const isActive = () => deck === this.active;
    const deck: Deck = new Deck(audio, this.deps, {
      changed: (what) => this.changed(deck, what),
      started: () => isActive() && this.events.started(),
      ended: () => {
        if (isActive()) this.events.ended();
        else this.endFade();
      },
      failed: (error) => this.failed(deck, error),
    });
    return deck;
  }

  private changed(deck: Deck, what: 'position' | 'all'): void {
    if (deck === this.active) {
      this.inStep();
      this.watch();
      this.mix();
      this.events.changed(what);
    } else if (deck === this.coming?.deck) {
      this.comingChanged(this.coming);
    } else if (deck === this.leaving?.deck) {
      // Paused or played from outside, as by headphones that are pulled out: both are.
      if (deck.playWhenReady !== this.active.playWhenReady) this.active[deck.playWhenReady ? 'play' : 'pause']();
      this.mix();
    }
  }

  /** What is heard beneath the current track, or is to be, pauses and plays with it. */
  private inStep(): void {
    const { playWhenReady } = this.active;
    const leaving = this.leaving?.deck;
    if (leaving && leaving.playWhenReady !== playWhenReady) leaving[playWhenReady ? 'play' : 'pause']();
    if (!playWhenReady) this.holdBack();
  }

  /** The fade that was about to begin does not. */
  private holdBack(): void {
    if (!this.coming?.begun) return;
    this.coming.begun = false;
    this.coming.deck.pause();
  }

  private comingChanged({ deck, begun }: Coming): void {
    if (!begun) return;
    if (!deck.playWhenReady) {
      // The browser wants a press for each element.
      this.mayMix = false;
      this.unfollow();
    } else if (deck.phase === 'playing') this.events.ended();
  }

  private failed(deck: Deck, error: WireError): void {
    if (deck === this.active) this.events.failed(error);
    else if (deck === this.coming?.deck) {
      this.unmixed.add(this.coming.track.id);
      this.unfollow();
    } else this.endFade();
  }

  /** Begins the fade when it is due. */
  private watch(): void {
    const { coming, active } = this;
    if (coming === null || coming.begun || active.phase !== 'playing' || !active.playWhenReady) return;
    clearTimeout(this.timer);
    const { positionS, durationS, speed } = this;
    const untilS = untilFadeS({ positionS, durationS, speed }, this.fadeInto(coming.track));
    if (untilS > 0) {
      if (untilS < WATCH_FADE_S) this.timer = setTimeout(() => this.watch(), Math.ceil(untilS * 1000));
      return;
    }
    coming.begun = true;
    coming.deck.play();
  }

  /** The track that was made ready is the current one from now on. */
  private takeOver({ deck, begun }: Coming): void {
    const before = this.active;
    const isMixed = begun && deck.phase === 'playing' && before.phase === 'playing' && !before.audio.ended;
    this.coming = null;
    clearTimeout(this.timer);
    this.active = deck;
    deck.stalls = before.stalls;
    before.unfollow();
    if (isMixed) {
      before.leaves = true;
      this.leaving = { deck: before, leftAtFirstS: before.durationS - before.positionS };
    } else before.unload();
    this.deps.sound.switchTo(deck.audio);
    if (isMixed) this.mix();
    else {
      this.deps.sound.mix(deck.audio, 1);
      deck.play();
    }
    this.events.changed('all');
  }

  /** Sets both volumes as far as the fade is now, and does so again a moment later. */
  private mix(): void {
    const { leaving, active } = this;
    if (leaving === null) return;
    const { deck, leftAtFirstS } = leaving;
    const leftS = deck.durationS - deck.positionS;
    if (leftS <= 0 || deck.phase !== 'playing') {
      this.endFade();
      return;
    }
    const factors = mixAt(1 - leftS / leftAtFirstS);
    this.deps.sound.mix(deck.audio, factors.leaving);
    this.deps.sound.mix(active.audio, factors.coming);
    clearTimeout(this.timer);
    if (active.playWhenReady) this.timer = setTimeout(() => this.mix(), MIX_STEP_MS);
  }

  /** Only the current track is heard from now on. */
  private endFade(): void {
    const { leaving } = this;
    if (leaving === null) return;
    this.leaving = null;
    clearTimeout(this.timer);
    leaving.deck.unload();
    leaving.deck.leaves = false;
    this.deps.sound.mix(this.active.audio, 1);
  }
}
