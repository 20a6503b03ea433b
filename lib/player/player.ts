import type { Track } from '@/lib/contracts/catalog';
import type { ErrorCode, WireError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { SwarmPeer } from '@/lib/swarm/api';
import type { NoSharingReason, PlayEvent, Player, PlayerState } from './api';
import { Deck } from './deck';
import { mediaSession } from './media-session';
import { NextTrack } from './next-track';
import { wakeAudioOutput } from './output/media-element';
import { mediaSourceClass } from './output/mse';
import { warmRemuxer } from './output/segments-of';
import { PlayReport } from './play-report';
import { createStore, visibleState } from './player-state';
import * as queueOf from './queue';
import { savedIn, storageOf } from './saved-state';

/** A press of "previous" after this leads to the track's own start. */
const PREVIOUS_RESTARTS_AFTER_S = 3;
/** For this long a track that cannot be played says why, before the next one begins. */
const FAILURE_SHOWN_MS = 4000;
/** No more than four times a second, which is also as often as elements tell. */
const POSITION_EVERY_MS = 240;
/** A crash loses this much of the place. */
const SAVE_PLACE_EVERY_MS = 5000;

/** About this track and not about the listener or the server: the next one may well play. */
const NEXT_MAY_PLAY: ReadonlySet<ErrorCode> = new Set([
  'track_withdrawn',
  'file_missing',
  'not_found',
  'format_unsupported',
  'version_retired',
]);

export interface PlayerOptions {
  /** Null: this tab takes no part; every track comes plain. */
  swarm: SwarmPeer | null;
  noSharing: NoSharingReason | null;
  peerId: string;
  /** Told of each play, for the history. */
  onPlay(event: PlayEvent): void;
  /** Where queue and taste outlive a reload; else the tab's sessionStorage and the browser's localStorage. */
  storage?: Storage;
  audio?: HTMLAudioElement;
}

/** A page has one. It begins paused, with the queue and the place from before the reload. */
export function createPlayer(options: PlayerOptions): Player {
  const { swarm, onPlay } = options;
  const saved = savedIn(options.storage ?? storageOf('sessionStorage'), options.storage ?? storageOf('localStorage'));
  const chance = { newKey: newId, random: Math.random };
  const audio = options.audio ?? new Audio();
  const before = saved.read();
  let queue = before.queue;
  /** Where an item that is chosen but not loaded will begin. */
  let restS = before.positionS;
  let error: WireError | null = null;
  let ended = false;
  let report: PlayReport | null = null;
  let failuresInARow = 0;
  let skipTimer: ReturnType<typeof setTimeout> | undefined;
  let lastPositionAt = 0;
  let lastPlaceAt = 0;

  const Source = mediaSourceClass();
  const noSharing = options.noSharing ?? (Source ? null : 'no_media_source');
  const deck = new Deck(
    audio,
    { swarm, peerId: options.peerId },
    {
      changed(what) {
        if (deck.phase === 'moving') report?.moved(deck.positionS);
        if (what === 'all') show();
        else showPosition();
      },
      sounded() {
        failuresInARow = 0;
        report?.started(deck.positionS);
        expectNext();
      },
      ended: trackEnded,
      failed: trackFailed,
    },
  );
  const nextTrack = swarm ? new NextTrack(swarm) : null;
  audio.volume = before.taste.volume;
  audio.muted = before.taste.muted;
  const store = createStore<PlayerState>(visible());

  function visible(): PlayerState {
    return visibleState({ queue, deck, audio, restS, error, ended, noSharing });
  }

  function show(): void {
    lastPositionAt = Date.now();
    const was = store.get();
    store.set(visible());
    const now = store.get();
    if (was.queue !== now.queue || was.index !== now.index) session.track(queueOf.currentItem(queue)?.track ?? null);
    session.playing(now.status === 'playing', now.positionS, now.durationS);
  }

  function showPosition(): void {
    nextTrack?.tell(deck.durationS - deck.positionS);
    const now = Date.now();
    if (now - lastPositionAt < POSITION_EVERY_MS) return;
    lastPositionAt = now;
    store.set(visible());
    if (now - lastPlaceAt >= SAVE_PLACE_EVERY_MS) savePlace();
  }

  function savePlace(): void {
    lastPlaceAt = Date.now();
    const item = queueOf.currentItem(queue);
    if (item) saved.writePlace(item.key, deck.loaded ? deck.positionS : restS);
  }

  function endReport(how: 'finished' | 'skipped'): void {
    report?.over(how, deck.positionS, deck.durationS, deck.bytes());
    report = null;
  }

  /** Ends the play that is on, as skipped unless it was finished before. */
  function leave(): void {
    clearTimeout(skipTimer);
    endReport('skipped');
    error = null;
    ended = false;
  }

  function start(startS: number, wanted = true): void {
    leave();
    const track = queueOf.currentItem(queue)?.track;
    restS = startS;
    if (!track) {
      deck.unload();
      nextTrack?.expect(null);
    } else if (wanted) {
      report = new PlayReport(track.id, onPlay);
      deck.wanted = true;
      deck.load(track, startS, nextTrack?.take(track.id) ?? null);
    } else {
      deck.wanted = false;
      deck.unload();
    }
    savePlace();
    show();
  }

  function trackEnded(): void {
    endReport('finished');
    const following = queueOf.followingIndex(queue);
    if (following !== null && following === queue.index) {
      const track = queueOf.currentItem(queue)?.track;
      if (track) report = new PlayReport(track.id, onPlay);
      deck.replay();
    } else if (following !== null) {
      goTo(following);
    } else {
      finishQueue();
    }
  }

  function finishQueue(): void {
    leave();
    deck.wanted = false;
    deck.unload();
    restS = 0;
    ended = queue.index >= 0;
    show();
  }

  function trackFailed(why: WireError): void {
    const at = deck.positionS;
    endReport('skipped');
    const wanted = deck.wanted;
    deck.unload();
    restS = at;
    error = why;
    failuresInARow++;
    show();
    const next = queueOf.nextIndex(queue);
    // Every track of the queue in turn, but not round and round.
    if (!wanted || next === null || !NEXT_MAY_PLAY.has(why.code) || failuresInARow >= queue.items.length) return;
    skipTimer = setTimeout(() => goTo(next), FAILURE_SHOWN_MS);
  }

  function goTo(index: number): void {
    queue = { ...queue, index };
    start(0);
  }

  function expectNext(): void {
    const following = queueOf.followingIndex(queue);
    const next = following === null || following === queue.index ? undefined : queue.items[following];
    nextTrack?.expect(next?.track.id ?? null);
    if (next && swarm && Source) warmRemuxer(next.track.mime, Source);
  }

  /** The queue has changed around the current item. */
  function changeQueue(to: queueOf.Queue): void {
    queue = to;
    saved.writeQueue(queue);
    savePlace();
    if (deck.loaded && deck.wanted) expectNext();
    show();
  }

  function saveTaste(): void {
    saved.writeTaste({
      volume: audio.volume,
      muted: audio.muted,
      repeat: queue.repeat,
      shuffle: queue.unshuffled !== null,
    });
  }

  // A track that is withdrawn falls silent now: what is buffered of it may not be heard either.
  const stopFacts = swarm?.onFact((fact) => {
    if (fact.type !== 'changed.track' || !fact.data.withdrawn || !deck.loaded) return;
    if (fact.data.trackId !== queueOf.currentItem(queue)?.track.id) return;
    trackFailed({ code: 'track_withdrawn', message: 'This track was withdrawn.' });
  });

  const hidden = (event: Event) => {
    savePlace();
    // Of a page that is put by, the play may go on when it comes back; of one that ends, nobody else tells.
    if (!(event as PageTransitionEvent).persisted) endReport('skipped');
  };
  globalThis.addEventListener?.('pagehide', hidden);
  // Before the first press, and again when the tab is looked at: meanwhile the browser may have put the output to sleep.
  const seen = () => document.visibilityState === 'visible' && wakeAudioOutput();
  wakeAudioOutput();
  globalThis.document?.addEventListener('visibilitychange', seen);

  const player: Player = {
    state: store.get,
    subscribe: store.subscribe,
    playNow(tracks: readonly Track[], index) {
      failuresInARow = 0;
      queue = queueOf.playNow(queue, tracks, index, chance);
      saved.writeQueue(queue);
      start(0);
    },
    enqueue: (tracks, where) => changeQueue(queueOf.enqueue(queue, tracks, where, chance)),
    remove(key) {
      const current = queueOf.currentItem(queue);
      const wanted = deck.wanted;
      changeQueue(queueOf.remove(queue, key));
      if (current?.key === key) start(0, wanted);
    },
    jumpTo(key) {
      if (!queue.items.some((item) => item.key === key)) return;
      queue = queueOf.jumpTo(queue, key);
      start(0);
    },
    clear() {
      changeQueue(queueOf.clear(queue));
      start(0, false);
    },
    toggle: () => (deck.wanted && deck.loaded ? player.pause() : player.play()),
    play() {
      if (queue.index < 0 && queue.items.length > 0) queue = { ...queue, index: 0 };
      if (queue.index < 0) return;
      failuresInARow = 0;
      if (!deck.loaded) start(restS);
      else deck.play();
    },
    pause() {
      deck.pause();
      clearTimeout(skipTimer);
      savePlace();
    },
    seek(seconds) {
      const longest = deck.loaded ? deck.durationS : (queueOf.currentItem(queue)?.track.durationS ?? 0);
      const to = Math.min(Math.max(0, seconds), Math.max(0, longest));
      if (deck.loaded) {
        report?.moved(deck.positionS);
        report?.jumped(to);
        deck.seek(to);
      } else {
        restS = to;
      }
      savePlace();
      show();
    },
    aim: (seconds) => deck.aim(seconds),
    next() {
      const index = queueOf.nextIndex(queue);
      if (index !== null) goTo(index);
      else finishQueue();
    },
    previous() {
      const position = deck.loaded ? deck.positionS : restS;
      const index = position > PREVIOUS_RESTARTS_AFTER_S ? null : queueOf.previousIndex(queue);
      if (index !== null) goTo(index);
      else player.seek(0);
    },
    setVolume(volume) {
      audio.volume = Math.min(1, Math.max(0, volume));
      saveTaste();
      show();
    },
    setMuted(muted) {
      audio.muted = muted;
      saveTaste();
      show();
    },
    setRepeat(repeat) {
      changeQueue({ ...queue, repeat });
      saveTaste();
    },
    setShuffle(on) {
      changeQueue(queueOf.setShuffle(queue, on, chance));
      saveTaste();
    },
    likely: (trackIds) => swarm?.prepare(trackIds),
    close() {
      savePlace();
      leave();
      globalThis.removeEventListener?.('pagehide', hidden);
      globalThis.document?.removeEventListener('visibilitychange', seen);
      stopFacts?.();
      nextTrack?.close();
      deck.close();
      session.close();
    },
  };
  const session = mediaSession(player);
  session.track(queueOf.currentItem(queue)?.track ?? null);
  return player;
}
