import type { Track } from '@/lib/contracts/catalog';
import { EnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { chooseWay } from './output/choose';
import { bufferedEnd } from './output/media-element';
import { MseOutput, mediaSourceClass } from './output/mse';
import { PlainOutput, plainFailure, plainUrl } from './output/plain';
import { segmentsOf, warmRemuxer } from './output/segments-of';
import {
  afterFailure,
  type Feeding,
  type Opening,
  type Plain,
  type PlaybackState,
  type Source,
  sourceOf,
} from './playback-state';
import { isTemporary, type OnServerReturn, retryDelayMs, waitToRetry } from './retry';

export interface TrackEvents {
  /** The element has a new source: if the listener wants to hear it, `play` must be called on the element again. */
  sourceSet(route: 'swarm' | 'plain'): void;
  /** Exact, once the manifest is here. */
  duration(seconds: number): void;
  /** More is buffered. */
  progress(): void;
  /** Something failed that may pass, and is tried again; null: it has passed. */
  trouble(error: WireError | null): void;
  /** This track cannot be played, or not any longer. */
  failed(error: WireError): void;
}

export interface TrackDeps {
  audio: HTMLAudioElement;
  swarm: SwarmPeer | null;
  peerId: string;
  /** What failed is tried again at once. */
  onServerReturn?: OnServerReturn | undefined;
  /** Tracks whose bytes MSE refused in this page: their plain files are played from then on. */
  refused: Set<string>;
  events: TrackEvents;
}

/** What Firefox says (`OnMediaSinkAudioError`) on a machine without a sound device. */
const NO_SOUND_OUTPUT = /MediaSink/;

/**
 * One play of one track: opens it, chooses how to feed it to the element, and recovers from what can be recovered from: a lost network, a
 * file that changed, bytes that MSE does not take. After `close` it does nothing and reports nothing.
 */
export class TrackPlayback {
  private readonly deps: TrackDeps;
  private readonly track: Track;
  private readonly abort = new AbortController();
  /** Changed only by `#enter`. */
  private state: PlaybackState = { name: 'new' };
  /** Of assets that were opened before the one that is open now. */
  private readonly bytesBefore = { cache: 0, peer: 0, origin: 0 };
  /** Where playing shall begin, for as long as the element does not know yet. */
  private wantedS: number;
  /** Failures since bytes last came or sound last played. */
  private attempt = 0;
  /** The last word on trouble was that there is some. */
  private troubled = false;
  /** A changed file was opened once more. */
  private reopened = false;

  constructor(deps: TrackDeps, track: Track, startS: number) {
    this.deps = deps;
    this.track = track;
    this.wantedS = startS;
  }

  /** @param opened the asset, when it was opened ahead; this play owns it from now on */
  begin(opened: Promise<OpenAsset> | null): void {
    this.beginAt(this.wantedS, opened);
  }

  seek(timeS: number): void {
    this.wantedS = timeS;
    this.hint(true, timeS);
    this.source?.output.seek(timeS);
  }

  /** A jump to there is likely; null: to nowhere any more. */
  aim(timeS: number | null): void {
    const isBuffered = timeS !== null && bufferedEnd(this.deps.audio.buffered, timeS) !== null;
    this.asset?.expectJump(isBuffered ? null : timeS);
  }

  /** Of the playhead, in seconds; while the element has nothing loaded yet, where it shall begin. */
  position(): number {
    const { audio } = this.deps;
    return audio.readyState >= audio.HAVE_METADATA ? audio.currentTime : this.wantedS;
  }

  /** Tells the swarm how playback stands. */
  hint(playing: boolean, timeS = this.position()): void {
    const { buffered, playbackRate } = this.deps.audio;
    const end = bufferedEnd(buffered, timeS) ?? timeS;
    this.asset?.hint({ playing, timeS, bufferedS: Math.max(0, end - timeS) / playbackRate, speed: playbackRate });
  }

  /** By source; all zero on the plain route, which counts nothing. */
  bytes(): { cache: number; peer: number; origin: number } {
    const now = this.asset?.bytes() ?? { cache: 0, peer: 0, origin: 0 };
    const before = this.bytesBefore;
    return { cache: before.cache + now.cache, peer: before.peer + now.peer, origin: before.origin + now.origin };
  }

  /** Bytes come, or sound plays: whatever was tried again has worked. */
  healthy(): void {
    this.attempt = 0;
    if (!this.troubled) return;
    this.troubled = false;
    this.deps.events.trouble(null);
  }

  /** The element reported an error of its current source. */
  elementFailed(error: MediaError | null): void {
    const state = this.state;
    if (state.name !== 'opening' && state.name !== 'feeding' && state.name !== 'plain') return;
    if (NO_SOUND_OUTPUT.test(error?.message ?? '')) void this.waitForSoundOutput(state);
    else if (state.name === 'plain') void this.recoverPlain(state, error);
    else this.recover(new Error(`the element failed: ${error?.message ?? ''}`));
  }

  close(): void {
    this.abort.abort();
    this.enter({ name: 'closed' });
  }

  private get source(): Source | null {
    return sourceOf(this.state);
  }

  private get asset(): OpenAsset | null {
    const source = this.source;
    return source?.name === 'feeding' ? source.asset : null;
  }

  /** Changes the state, and closes what the new one does not hold. */
  private enter(next: PlaybackState): void {
    const before = this.source;
    this.state = next;
    const after = this.source;
    if (before !== null && before.output !== after?.output) before.output.close();
    if (before?.name !== 'feeding' || before.asset === this.asset) return;
    const { cache, peer, origin } = before.asset.bytes();
    this.bytesBefore.cache += cache;
    this.bytesBefore.peer += peer;
    this.bytesBefore.origin += origin;
    before.asset.close();
  }

  /** Changes what the element plays. A wait that is on goes on. */
  private use(source: Source): void {
    this.enter(this.state.name === 'retrying' ? { name: 'retrying', source } : source);
  }

  private beginAt(startS: number, opened: Promise<OpenAsset> | null): void {
    const { audio, swarm, refused, events } = this.deps;
    const MediaSourceClass = mediaSourceClass();
    // WAV: no browser takes it through MSE, and the swarm need not be asked to know.
    if (!swarm || !MediaSourceClass || refused.has(this.track.id) || /wav/.test(this.track.mime)) {
      opened?.then((asset) => asset.close()).catch(() => {});
      this.playPlain(startS);
      return;
    }
    warmRemuxer(this.track.mime, MediaSourceClass);
    const output = new MseOutput(audio, MediaSourceClass, startS, {
      progress: () => {
        if (this.source?.output !== output) return;
        this.healthy();
        events.progress();
      },
      failed: (error) => this.recover(error),
    });
    const opening: Opening = { name: 'opening', output };
    this.use(opening);
    // Asked for before anything is drawn.
    void this.open(swarm, MediaSourceClass, opening, opened);
    events.sourceSet('swarm');
  }

  private async open(
    swarm: SwarmPeer,
    MediaSourceClass: typeof MediaSource,
    opening: Opening,
    opened: Promise<OpenAsset> | null,
  ): Promise<void> {
    const { output } = opening;
    try {
      const asset = await (opened ?? swarm.open(this.track.id, this.abort.signal, this.wantedS));
      if (this.source !== opening) {
        asset.close();
        return;
      }
      this.use({ name: 'feeding', output, asset });
      this.deps.events.duration(asset.manifest.durationS);
      const way = chooseWay(asset.manifest, (mime) => MediaSourceClass.isTypeSupported(mime));
      if (!way) {
        this.refuse();
        return;
      }
      this.hint(true);
      output.attach(segmentsOf(way, asset, asset.manifest), this.position());
    } catch (error) {
      if (this.source?.output === output) this.recover(error);
    }
  }

  /** Opening or feeding failed. While another failure is being dealt with, nothing more is done about it. */
  private recover(error: unknown): void {
    const state = this.state;
    if (state.name !== 'opening' && state.name !== 'feeding') return;
    switch (afterFailure(error, this.reopened)) {
      case 'retry':
        void this.retry(state, error);
        break;
      case 'reopen':
        // Its new version is another asset, maybe of another kind.
        this.reopened = true;
        this.restart();
        break;
      case 'plain':
        this.refuse();
        break;
      case 'fail':
        this.fail(error);
    }
  }

  private async retry(source: Opening | Feeding, error: unknown): Promise<void> {
    if (!(await this.wait(source, error))) return;
    if (this.state.name === 'feeding') this.state.output.resume();
    else this.restart();
  }

  /** The bytes are not to blame. The element is broken all the same and needs a new source. */
  private async waitForSoundOutput(source: Source): Promise<void> {
    const sentence = 'This browser found no audio output. Are speakers or headphones connected?';
    if (await this.wait(source, new EnxameError('unavailable', sentence))) this.restart();
  }

  private async recoverPlain(source: Plain, mediaError: MediaError | null): Promise<void> {
    const startS = this.position();
    this.enter({ name: 'checking', source });
    const failure = await plainFailure(plainUrl(this.track.id, this.deps.peerId), this.abort.signal);
    if (this.state.name !== 'checking') return;
    if (failure && !isTemporary(failure)) {
      this.fail(failure);
      return;
    }
    const undecodable = !failure && mediaError?.code !== MediaError.MEDIA_ERR_NETWORK;
    // Served, and yet not decoded: once more, for it may have been cut off by a restart of the server.
    if (undecodable && this.attempt > 0) {
      this.fail(new EnxameError('format_unsupported', 'This browser cannot play this file.'));
      return;
    }
    const reason = failure ?? new EnxameError('unavailable', 'The stream was interrupted.');
    if (await this.wait(source, reason)) this.playPlain(startS);
  }

  /** Reports what is wrong and waits. @returns false when the play was closed meanwhile */
  private async wait(source: Source, error: unknown): Promise<boolean> {
    this.enter({ name: 'retrying', source });
    this.troubled = true;
    this.deps.events.trouble(toWireError(error));
    try {
      await waitToRetry(retryDelayMs(this.attempt++, error), this.abort.signal, this.deps.onServerReturn);
    } catch {
      return false;
    }
    if (this.state.name !== 'retrying') return false;
    this.enter(this.state.source);
    return true;
  }

  /** Opens the track again, from the playhead on. */
  private restart(): void {
    this.beginAt(this.position(), null);
  }

  /** MSE does not take this track: the plain file is played from the playhead on. */
  private refuse(): void {
    this.deps.refused.add(this.track.id);
    this.playPlain(this.position());
  }

  private playPlain(startS: number): void {
    const output = new PlainOutput(this.deps.audio, plainUrl(this.track.id, this.deps.peerId), startS);
    this.use({ name: 'plain', output });
    this.deps.events.sourceSet('plain');
  }

  private fail(error: unknown): void {
    this.enter({ name: 'failed' });
    this.deps.events.failed(toWireError(error));
  }
}
