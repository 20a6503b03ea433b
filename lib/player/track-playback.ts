import type { Track } from '@/lib/contracts/catalog';
import { EnxameError, toWireError } from '@/lib/contracts/errors';
import { addBytes, type BytesBySource, type OpenAsset } from '@/lib/swarm/api';
import { chooseWay } from './output/choose';
import { bufferedEnd, isNoSoundOutput } from './output/media-element';
import { MseOutput, mediaSourceClass } from './output/mse';
import type { MseEvents } from './output/mse-stream';
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
import { isTemporary, retryDelayMs, waitToRetry } from './retry';
import { closeUnread, type Means, type TrackDeps } from './track-deps';

/**
 * One play of one track: opens it, chooses how to feed it to the element, and recovers from what can be recovered from: a lost network, a
 * file that changed, bytes that MSE does not take. After `close` it does nothing and reports nothing.
 */
export class TrackPlayback {
  private readonly deps: TrackDeps;
  readonly track: Track;
  private readonly abort = new AbortController();
  /** Changed only by `#enter`. */
  private state: PlaybackState = { name: 'new' };
  /** Of assets that were opened before the one that is open now. */
  private bytesBefore: BytesBySource = { cache: 0, peer: 0, origin: 0 };
  /** Where playing shall begin, for as long as the element does not know yet. */
  private wantedS: number;
  /** Failures since bytes last came or sound last played. */
  private attempt = 0;
  /** The last word on trouble was that there is some. */
  private troubled = false;
  /** A changed file was opened once more. */
  private reopened = false;
  /** It follows another track, whose turn it still is. */
  private isAhead = false;

  constructor(deps: TrackDeps, track: Track, startS: number) {
    this.deps = deps;
    this.track = track;
    this.wantedS = startS;
  }

  /** @param opened the asset, when it was opened ahead; this play owns it from now on */
  begin(opened: Promise<OpenAsset> | null): void {
    this.beginAt(this.wantedS, opened);
  }

  /**
   * Follows another play in the same stream, without a gap. What fails before `arrive` is not tried again: it concerns no listener yet.
   * @param opened the asset; this play owns it from now on @returns false when it cannot follow
   */
  follow(before: TrackPlayback, opened: Promise<OpenAsset>): boolean {
    const { means } = this;
    const { source } = before;
    if (means === null || source?.name !== 'feeding') return false;
    this.isAhead = true;
    this.openInto((events) => source.output.following(events), means, opened);
    return true;
  }

  /** It is the track that plays now. */
  arrive(): void {
    this.isAhead = false;
  }

  /** Where its sound begins on the element's clock. */
  get startS(): number {
    return this.source?.output.startS ?? 0;
  }

  /** It follows, and its place in the stream is known. */
  get isPlaced(): boolean {
    return this.isAhead && this.source?.name === 'feeding' && this.source.output.attached;
  }

  /** Whether another track can follow in the same stream. */
  get canBeFollowed(): boolean {
    return this.state.name === 'feeding';
  }

  /** Exact, once the manifest is here. */
  get durationS(): number {
    return this.asset?.manifest.durationS ?? this.track.durationS;
  }

  seek(timeS: number): void {
    this.wantedS = timeS;
    this.hint(true, timeS);
    this.source?.output.seek(timeS);
  }

  /** A jump to there is likely; null: to nowhere any more. */
  aim(timeS: number | null): void {
    const isBuffered = timeS !== null && bufferedEnd(this.deps.audio.buffered, this.startS + timeS) !== null;
    this.asset?.expectJump(isBuffered ? null : timeS);
  }

  /** Of the playhead, in seconds; while the element has nothing loaded yet, where it shall begin. */
  position(): number {
    const { audio } = this.deps;
    if (this.isAhead || audio.readyState < audio.HAVE_METADATA) return this.wantedS;
    // At the end the clock may be in the next track already.
    const endS = this.asset?.manifest.durationS ?? Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(audio.currentTime - this.startS, endS));
  }

  /** Tells the swarm how playback stands. */
  hint(playing: boolean, timeS = this.position()): void {
    const { buffered, currentTime, playbackRate } = this.deps.audio;
    // Ahead of its turn, all sound until its next byte is buffer.
    const fromS = this.isAhead ? currentTime : this.startS + timeS;
    const endS = bufferedEnd(buffered, fromS) ?? fromS;
    this.asset?.hint({
      playing,
      timeS: this.isAhead ? Math.max(0, endS - this.startS) : timeS,
      bufferedS: Math.max(0, endS - fromS) / playbackRate,
      speed: playbackRate,
    });
  }

  /** By source; all zero on the plain route, which counts nothing. */
  bytes(): BytesBySource {
    return this.asset ? addBytes(this.bytesBefore, this.asset.bytes()) : this.bytesBefore;
  }

  /** Bytes come, or sound plays: whatever was tried again has worked. */
  healthy(): void {
    this.attempt = 0;
    if (!this.troubled) return;
    this.troubled = false;
    this.deps.events.trouble(null);
  }

  /** The element reported an error of its current source. @param shared another track follows in it, which may be the cause */
  elementFailed(error: MediaError | null, shared = false): void {
    const state = this.state;
    if (state.name !== 'opening' && state.name !== 'feeding' && state.name !== 'plain') return;
    if (isNoSoundOutput(error)) void this.waitForSoundOutput(state);
    else if (state.name === 'plain') void this.recoverPlain(state, error);
    else if (shared) this.restart();
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
    return this.source?.name === 'feeding' ? this.source.asset : null;
  }

  /** Changes the state, and closes what the new one does not hold. */
  private enter(next: PlaybackState): void {
    const before = this.source;
    this.state = next;
    const after = this.source;
    if (before !== null && before.output !== after?.output) before.output.close();
    if (before?.name !== 'feeding' || before.asset === this.asset) return;
    this.bytesBefore = addBytes(this.bytesBefore, before.asset.bytes());
    before.asset.close();
  }

  /** Changes what the element plays. A wait that is on goes on. */
  private use(source: Source): void {
    this.enter(this.state.name === 'retrying' ? { name: 'retrying', source } : source);
  }

  private beginAt(startS: number, opened: Promise<OpenAsset> | null): void {
    const { means } = this;
    this.wantedS = startS;
    if (means === null) {
      closeUnread(opened);
      this.playPlain(startS);
      return;
    }
    const make = (events: MseEvents) => MseOutput.open(this.deps.audio, means.MediaSourceClass, startS, events);
    const opening = this.openInto(make, means, opened);
    if (this.source === opening) this.deps.events.sourceSet('swarm');
  }

  /** What MSE needs; null where there is only the plain file. (WAV: no browser takes it, and the swarm need not be asked to know.) */
  private get means(): Means | null {
    const { swarm, refused } = this.deps;
    const MediaSourceClass = mediaSourceClass();
    const isOnlyPlain = refused.has(this.track.id) || /wav/.test(this.track.mime);
    return swarm && MediaSourceClass && !isOnlyPlain ? { swarm, MediaSourceClass } : null;
  }

  private openInto(make: (events: MseEvents) => MseOutput, means: Means, opened: Promise<OpenAsset> | null): Opening {
    warmRemuxer(this.track.mime, means.MediaSourceClass);
    const output = make({
      progress: () => {
        if (this.source?.output !== output) return;
        this.healthy();
        this.deps.events.progress();
      },
      failed: (error) => this.recover(error),
    });
    const opening: Opening = { name: 'opening', output };
    this.use(opening);
    void this.open(means, opening, opened);
    return opening;
  }

  private async open(means: Means, opening: Opening, opened: Promise<OpenAsset> | null): Promise<void> {
    const { swarm, MediaSourceClass } = means;
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
      if (!way || !output.takes(way.mime, MediaSourceClass)) {
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
    if (this.isAhead) {
      this.fail(error);
      return;
    }
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
    if (this.isAhead) {
      this.fail(new Error('this browser cannot join it to the track before'));
      return;
    }
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
