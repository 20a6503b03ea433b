import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { Handover, PlaybackOptions, Player, PlayerState, QueueEdit, QueueUndo } from './api';
import type { Deck } from './deck';
import { Decks } from './decks';
import { handoverOf, takenOver } from './handover';
import { keepAudioOutputAwake } from './output/media-element';
import { mediaSourceClass } from './output/mse';
import { PlayReports } from './play-report';
import { visibleState } from './player-state';
import { PlayerView } from './player-view';
import * as queueOf from './queue';
import { SavedState, storageOf } from './saved-state';
import { SkipFailed } from './skip-failed';
import { queueUntil } from './sound/sleep-timer';
import { Sound } from './sound/sound';
import { UpNext } from './up-next';

/** A press of "previous" after this leads to the track's own start. */
const PREVIOUS_RESTARTS_AFTER_S = 3;

/** The player of a page. It begins paused, with the queue and the position from before the reload. */
export class PlaybackController implements Player {
  readonly state: Player['state'];
  readonly subscribe: Player['subscribe'];
  readonly sound: Sound;
  readonly setVolume: Player['setVolume'] = (volume) => this.sound.setVolume(volume);
  readonly setMuted: Player['setMuted'] = (muted) => this.sound.setMuted(muted);
  readonly aim: Player['aim'] = (seconds) => this.deck.aim(seconds);
  readonly likely: Player['likely'] = ([first]) => first && this.options.swarm?.expectPress(first);
  readonly handover: Player['handover'] = () => handoverOf(this.queue, this.positionS);
  readonly refresh: Player['refresh'] = (tracks) => this.changeQueue(queueOf.refresh(this.queue, tracks));
  readonly undo: Player['undo'] = (change) => this.changeQueue(queueOf.undo(this.queue, change));
  private readonly saved: SavedState;
  private readonly decks: Decks;
  private readonly reports: PlayReports;
  private readonly upNext: UpNext;
  private readonly skipFailed = new SkipFailed();
  private readonly view: PlayerView;
  private readonly closing = new AbortController();
  private queue: queueOf.Queue;
  /** Where an item that is chosen but not loaded will begin. */
  private resumeS: number;
  /** Why nothing plays. */
  private error: WireError | null = null;
  /** The queue was played to its end. */
  private ended = false;

  constructor(private readonly options: PlaybackOptions) {
    const { storage } = options;
    this.saved = new SavedState(storage ?? storageOf('sessionStorage'), storage ?? storageOf('localStorage'));
    const { queue, positionS, play, preferences } = this.saved.read();
    this.queue = queue;
    this.resumeS = positionS;
    const audio = options.audio ?? new Audio();
    this.sound = new Sound(audio, preferences, queue, this.closing.signal, {
      changed: () => this.soundChanged(),
      speedChanged: (speed) => this.reports.speedChanged(speed),
      pause: () => this.pause(),
    });
    this.decks = new Decks(
      audio,
      {
        ...options,
        sound: this.sound,
        isShuffled: () => this.queue.unshuffled !== null,
        makeAudio: options.makeAudio ?? (() => new Audio()),
      },
      {
        changed: (what) => this.deckChanged(what),
        started: () => this.trackStarted(),
        ended: () => this.trackEnded(),
        failed: (error) => this.trackFailed(error),
      },
    );
    this.reports = new PlayReports(this.decks, options.onPlay, preferences.speed, play);
    this.upNext = new UpNext(options.swarm, this.decks);
    this.view = new PlayerView(() => this.visible(), this);
    this.state = this.view.state;
    this.subscribe = this.view.subscribe;
    this.listen();
  }

  playNow(tracks: readonly Track[], index: number): void {
    this.replaceQueue(queueOf.playNow(this.queue, tracks, index, queueOf.pageChance), 0, true);
  }

  takeOver(given: Handover, play: boolean): void {
    this.replaceQueue(takenOver(given, queueOf.pageChance.newKey), given.positionS, play);
    this.savePreferences();
  }

  enqueue(tracks: readonly Track[], where: 'next' | 'end'): number {
    const { length } = this.queue.items;
    this.changeQueue(queueOf.enqueue(this.queue, tracks, where, queueOf.pageChance));
    return this.queue.items.length - length;
  }

  edit(change: QueueEdit): QueueUndo {
    const { current } = this;
    const { queue, undo } = queueOf.edit(this.queue, change);
    this.changeQueue(queue);
    if (this.current !== current) this.start(0, this.deck.playWhenReady);
    return undo;
  }

  jumpTo(key: string): void {
    if (!this.queue.items.some((item) => item.key === key)) return;
    this.queue = queueOf.jumpTo(this.queue, key);
    this.start(0);
  }

  clear(): void {
    this.changeQueue(queueOf.clear(this.queue));
    this.start(0, false);
  }

  toggle(): void {
    if (this.deck.playWhenReady && this.deck.loaded) this.pause();
    else this.play();
  }

  play(): void {
    if (this.queue.index < 0 && this.queue.items.length > 0) this.queue = { ...this.queue, index: 0 };
    if (this.queue.index < 0) return;
    this.skipFailed.reset();
    if (this.deck.loaded) this.decks.play();
    else this.start(this.resumeS, true, true);
  }

  pause(): void {
    this.decks.pause();
    this.skipFailed.cancel();
    this.savePosition();
  }

  seek(seconds: number): void {
    const longest = this.deck.loaded ? this.deck.durationS : (this.current?.track.durationS ?? 0);
    const to = Math.min(Math.max(0, seconds), Math.max(0, longest));
    if (this.deck.loaded) {
      this.reports.jumps(to);
      this.decks.seek(to);
    } else {
      this.resumeS = to;
    }
    this.savePosition();
    this.view.show();
  }

  next(): void {
    const index = queueOf.nextIndex(this.queue);
    if (index !== null) this.goTo(index);
    else this.finishQueue();
  }

  previous(): void {
    const index = this.positionS > PREVIOUS_RESTARTS_AFTER_S ? null : queueOf.previousIndex(this.queue);
    if (index !== null) this.goTo(index);
    else this.seek(0);
  }

  setRepeat(repeat: PlayerState['repeat']): void {
    this.changeQueue({ ...this.queue, repeat });
    this.savePreferences();
  }

  setShuffle(on: boolean): void {
    this.changeQueue(queueOf.setShuffle(this.queue, on, queueOf.pageChance));
    this.savePreferences();
  }

  close(): void {
    this.savePosition();
    this.saved.flush();
    this.leave();
    this.closing.abort();
    this.upNext.close();
    this.decks.close();
    this.view.close();
  }

  private get deck(): Deck {
    return this.decks.current;
  }

  private get current() {
    return queueOf.currentItem(this.queue);
  }

  private get positionS(): number {
    return this.deck.loaded ? this.deck.positionS : this.resumeS;
  }

  /** What follows when the current track has ended, as far as the sleep timer lets it. */
  private get upcoming(): queueOf.Queue {
    return queueUntil(this.sound.sleep, this.queue);
  }

  /** Until `close`. */
  private listen(): void {
    const { signal } = this.closing;
    const hidden = (event: Event) => {
      this.savePosition();
      this.saved.flush();
      // A page that the browser keeps may go on playing when it comes back; of one that ends this is the last chance to report.
      if (!(event as PageTransitionEvent).persisted) this.reports.leave();
    };
    globalThis.addEventListener?.('pagehide', hidden, { signal });
    keepAudioOutputAwake(signal);
  }

  private deckChanged(what: 'position' | 'all'): void {
    if (this.deck.phase === 'playing') this.reports.moved();
    if (what === 'position') {
      this.upNext.moved(() => queueOf.followingItem(this.upcoming)?.track);
      if (this.view.showPosition() && this.saved.positionIsDue) this.savePosition();
    } else this.view.show();
  }

  private trackStarted(): void {
    this.skipFailed.reset();
    this.reports.started();
    this.expectNext();
  }

  private trackEnded(): void {
    this.reports.end('finished');
    const stops = this.sound.trackEnded();
    const following = stops ? queueOf.nextIndex(this.queue) : queueOf.followingIndex(this.upcoming);
    if (following === null) this.finishQueue();
    else if (stops) this.goTo(following, false);
    else if (following === this.queue.index) this.replay();
    else this.goTo(following);
  }

  /** The track is unloaded, and its position kept: the listener may press play again. */
  private trackFailed(error: WireError): void {
    const { positionS: at, playWhenReady } = this.deck;
    this.reports.leave();
    this.decks.unload();
    this.resumeS = at;
    this.error = error;
    this.view.show();
    const next = queueOf.nextIndex(this.queue);
    const skip = playWhenReady && next !== null ? () => this.goTo(next) : null;
    this.skipFailed.failed(error.code, this.queue.items.length, skip);
  }

  private replaceQueue(to: queueOf.Queue, positionS: number, play: boolean): void {
    this.skipFailed.reset();
    this.queue = to;
    this.start(positionS, play);
    // Behind the request for its bytes: a long queue takes milliseconds to write.
    this.saved.writeQueue(to);
  }

  /** Begins the current item. @param playWhenReady false: it is only chosen @param resumes the play that was left goes on */
  private start(startS: number, playWhenReady = true, resumes = false): void {
    this.leave();
    const track = this.current?.track;
    this.resumeS = startS;
    if (!track) {
      this.decks.unload();
      this.upNext.close();
    } else if (playWhenReady) {
      this.reports[resumes ? 'resume' : 'begin'](track.id);
      this.deck.playWhenReady = true;
      this.decks.load(track, startS, this.upNext.take(track.id, startS));
    } else {
      this.deck.playWhenReady = false;
      this.decks.unload();
    }
    // Behind that: it may have changed the element.
    this.sound.follow(this.queue);
    this.savePosition();
    this.view.show();
  }

  private replay(): void {
    if (this.current) this.reports.begin(this.current.track.id);
    this.decks.replay();
  }

  private goTo(index: number, playWhenReady = true): void {
    this.queue = { ...this.queue, index };
    this.start(0, playWhenReady);
  }

  private finishQueue(): void {
    this.leave();
    this.deck.playWhenReady = false;
    this.decks.unload();
    this.resumeS = 0;
    this.ended = this.queue.index >= 0;
    this.sound.queueEnded();
    this.savePosition();
    this.view.show();
  }

  /** Ends the current play: as skipped, unless it was finished before. */
  private leave(): void {
    this.skipFailed.cancel();
    this.reports.end('skipped');
    this.error = null;
    this.ended = false;
  }

  /** The queue has changed around the current item. */
  private changeQueue(to: queueOf.Queue): void {
    this.queue = to;
    this.sound.follow(to);
    this.saved.writeQueue(to);
    this.savePosition();
    if (this.deck.loaded && (this.deck.playWhenReady || this.decks.followingTrackId !== null)) this.expectNext();
    this.view.show();
  }

  private expectNext(): void {
    this.upNext.expect(queueOf.followingItem(this.upcoming)?.track);
  }

  private savePosition(): void {
    const { current, positionS } = this;
    const play = this.reports.unfinished();
    if (current) this.saved.writePosition({ index: this.queue.index, trackId: current.track.id, positionS, play });
  }

  private savePreferences(): void {
    const shuffle = this.queue.unshuffled !== null;
    this.saved.writePreferences({ ...this.sound.preferences, repeat: this.queue.repeat, shuffle });
  }

  private soundChanged(): void {
    this.savePreferences();
    if (this.deck.loaded && this.deck.playWhenReady) this.expectNext();
    this.view.show();
  }

  private visible(): PlayerState {
    return visibleState({
      queue: this.queue,
      deck: this.deck,
      sound: this.sound.view,
      resumeS: this.resumeS,
      error: this.error,
      ended: this.ended,
      noSharing: this.options.noSharing ?? (mediaSourceClass() ? null : 'no_media_source'),
    });
  }
}
