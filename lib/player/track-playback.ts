import { byteAt, meanBytesPerSecond, nextPoint } from '@/lib/assets/seek/points';
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError, isEnxameError, toWireError, type WireError } from '@/lib/contracts/errors';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { SOUND_TO_BEGIN_S } from '@/lib/swarm/schedule/constants';
import { chooseWay } from './output/choose';
import { bufferedEnd } from './output/media-element';
import { MseOutput, mediaSourceClass } from './output/mse';
import { PlainOutput, plainFailure, plainUrl } from './output/plain';
import { segmentsOf, warmRemuxer } from './output/segments-of';
import { isTemporary, retryDelayMs, waitToRetry } from './retry';

export interface TrackEvents {
  /** The element has a source (again): if playing is wanted, it must be asked for (again). */
  sourced(route: 'swarm' | 'plain'): void;
  /** Exact, once the manifest is here. */
  duration(seconds: number): void;
  progress(): void;
  /** Something fails that may pass, and is tried again; null: it has passed. */
  trouble(error: WireError | null): void;
  /** This track cannot be played (any more). */
  failed(error: WireError): void;
}

export interface TrackDeps {
  audio: HTMLAudioElement;
  swarm: SwarmPeer | null;
  peerId: string;
  /** Tracks whose bytes MSE refused in this page: they come plain from then on. */
  refused: Set<string>;
  events: TrackEvents;
}

/** What Firefox says (`OnMediaSinkAudioError`) on a machine without a sound device. */
const NO_SOUND_OUTPUT = /MediaSink/;

/**
 * One play of one track: opens it, chooses the way in, feeds the element, and goes on over what can be gone on over: a lost
 * network, a file that changed, bytes that MSE does not take. After `close` it does and says nothing any more.
 */
export class TrackPlayback {
  readonly #deps: TrackDeps;
  readonly #track: Track;
  readonly #abort = new AbortController();
  #output: MseOutput | PlainOutput | null = null;
  #asset: OpenAsset | null = null;
  /** Of assets that were opened before the one open now. */
  readonly #bytesBefore = { cache: 0, peer: 0, origin: 0 };
  /** Where playing shall begin, for as long as the element does not know yet. */
  #wantedS: number;
  #attempt = 0;
  #troubled = false;
  #recovering = false;
  #reopened = false;
  #aimed = new AbortController();

  constructor(deps: TrackDeps, track: Track, startS: number) {
    this.#deps = deps;
    this.#track = track;
    this.#wantedS = startS;
  }

  /** @param opened the asset, when it was opened ahead; its owner is this play from now on */
  begin(opened: Promise<OpenAsset> | null): void {
    this.#begin(this.#wantedS, opened);
  }

  seek(timeS: number): void {
    this.#wantedS = timeS;
    this.hint(true, timeS);
    this.#output?.seek(timeS);
  }

  /** A jump to there is likely: what it needs to begin is fetched. Only of the last place aimed at. */
  aim(timeS: number): void {
    const { audio } = this.#deps;
    this.#aimed.abort();
    if (!this.#asset || bufferedEnd(audio.buffered, timeS) !== null) return;
    this.#aimed = new AbortController();
    const { manifest } = this.#asset;
    const start = manifest.seek.points.length > 0 ? nextPoint(manifest.seek, timeS).byte : byteAt(manifest, timeS);
    // Its failure shows in the jump.
    const end = Math.max(start + 1, byteAt(manifest, timeS + SOUND_TO_BEGIN_S));
    this.#asset.read(start, end, this.#aimed.signal).catch(() => {});
  }

  /** Of the ear, in seconds; while the element has nothing loaded yet, where it shall begin. */
  position(): number {
    const { audio } = this.#deps;
    return audio.readyState >= audio.HAVE_METADATA ? audio.currentTime : this.#wantedS;
  }

  /** Tells the swarm how playback stands. */
  hint(playing: boolean, timeS = this.position()): void {
    const asset = this.#asset;
    if (!asset) return;
    const end = bufferedEnd(this.#deps.audio.buffered, timeS) ?? timeS;
    asset.hint({
      playing,
      byte: byteAt(asset.manifest, timeS),
      bytesPerSecond: meanBytesPerSecond(asset.manifest),
      bufferedS: Math.max(0, end - timeS),
    });
  }

  /** By source; all zero on the plain route, which counts nothing. */
  bytes(): { cache: number; peer: number; origin: number } {
    const now = this.#asset?.bytes() ?? { cache: 0, peer: 0, origin: 0 };
    const before = this.#bytesBefore;
    return { cache: before.cache + now.cache, peer: before.peer + now.peer, origin: before.origin + now.origin };
  }

  /** The element reported an error of its current source. */
  elementFailed(error: MediaError | null): void {
    if (NO_SOUND_OUTPUT.test(error?.message ?? '')) void this.#waitForSoundOutput();
    else if (this.#output instanceof MseOutput) this.#recover(new Error(`the element failed: ${error?.message ?? ''}`));
    else void this.#recoverPlain(error);
  }

  close(): void {
    this.#abort.abort();
    this.#letGo();
  }

  #begin(startS: number, opened: Promise<OpenAsset> | null): void {
    const { audio, swarm, refused, events } = this.#deps;
    const Source = mediaSourceClass();
    // WAV: no browser takes it through MSE, and the swarm need not be asked to know.
    if (!swarm || !Source || refused.has(this.#track.id) || /wav/.test(this.#track.mime)) {
      opened?.then((asset) => asset.close()).catch(() => {});
      this.#beginPlain(startS);
      return;
    }
    warmRemuxer(this.#track.mime, Source);
    const output = new MseOutput(audio, Source, startS, {
      progress: () => {
        this.healthy();
        events.progress();
      },
      failed: (error) => this.#recover(error),
    });
    this.#output = output;
    events.sourced('swarm');
    void this.#open(swarm, Source, output, opened);
  }

  async #open(
    swarm: SwarmPeer,
    Source: typeof MediaSource,
    output: MseOutput,
    opened: Promise<OpenAsset> | null,
  ): Promise<void> {
    try {
      const asset = await (opened ?? swarm.open(this.#track.id, this.#abort.signal, this.#wantedS));
      if (this.#abort.signal.aborted) {
        asset.close();
        return;
      }
      this.#asset = asset;
      this.#deps.events.duration(asset.manifest.durationS);
      const way = chooseWay(asset.manifest, (mime) => Source.isTypeSupported(mime));
      if (!way) {
        this.#refuseFormat();
        return;
      }
      this.hint(true);
      output.attach(segmentsOf(way, asset, asset.manifest), this.position());
    } catch (error) {
      this.#recover(error);
    }
  }

  /** Bytes come, or sound moves: whatever was tried again has worked. */
  healthy(): void {
    this.#attempt = 0;
    if (!this.#troubled) return;
    this.#troubled = false;
    this.#deps.events.trouble(null);
  }

  #recover(error: unknown): void {
    if (this.#abort.signal.aborted || this.#recovering) return;
    if (isTemporary(error)) {
      void this.#retry(error);
    } else if (!isEnxameError(error)) {
      this.#refuseFormat();
    } else if (error.code === 'version_retired' && !this.#reopened) {
      // The file changed: its new version is another asset, maybe of another kind. From the same place, once.
      this.#reopened = true;
      this.#again();
    } else {
      this.#deps.events.failed(toWireError(error));
    }
  }

  async #retry(error: unknown): Promise<void> {
    if (!(await this.#pause(error))) return;
    if (this.#output instanceof MseOutput && this.#asset) this.#output.resume();
    else this.#again();
  }

  /** The bytes are not to blame. The element is broken all the same and needs its source anew. */
  async #waitForSoundOutput(): Promise<void> {
    if (this.#abort.signal.aborted || this.#recovering) return;
    const sentence = 'This browser found no audio output. Are speakers or headphones connected?';
    if (await this.#pause(new EnxameError('unavailable', sentence))) this.#again();
  }

  /** Says what is wrong and waits. @returns false when the play was closed meanwhile */
  async #pause(error: unknown): Promise<boolean> {
    this.#recovering = true;
    this.#troubled = true;
    this.#deps.events.trouble(toWireError(error));
    try {
      await waitToRetry(retryDelayMs(this.#attempt++, error), this.#abort.signal);
      return true;
    } catch {
      return false;
    } finally {
      this.#recovering = false;
    }
  }

  /** Anew from where the ear is. */
  #again(): void {
    const startS = this.position();
    this.#letGo();
    this.#begin(startS, null);
  }

  #refuseFormat(): void {
    const startS = this.position();
    this.#deps.refused.add(this.#track.id);
    this.#letGo();
    this.#beginPlain(startS);
  }

  #beginPlain(startS: number): void {
    this.#output = new PlainOutput(this.#deps.audio, plainUrl(this.#track.id, this.#deps.peerId), startS);
    this.#deps.events.sourced('plain');
  }

  async #recoverPlain(mediaError: MediaError | null): Promise<void> {
    if (this.#abort.signal.aborted || this.#recovering) return;
    this.#recovering = true;
    const startS = this.position();
    const failure = await plainFailure(plainUrl(this.#track.id, this.#deps.peerId), this.#abort.signal);
    this.#recovering = false;
    if (this.#abort.signal.aborted) return;
    if (failure && !isTemporary(failure)) {
      this.#deps.events.failed(toWireError(failure));
      return;
    }
    const undecodable = !failure && mediaError?.code !== MediaError.MEDIA_ERR_NETWORK;
    // Served, and yet not decoded: once more, for it may have been cut off by a restart of the server.
    if (undecodable && this.#attempt > 0) {
      const sentence = 'This browser cannot play this file.';
      this.#deps.events.failed(toWireError(new EnxameError('format_unsupported', sentence)));
      return;
    }
    if (!(await this.#pause(failure ?? new EnxameError('unavailable', 'The stream was interrupted.')))) return;
    this.#beginPlain(startS);
  }

  #letGo(): void {
    this.#output?.close();
    this.#output = null;
    const asset = this.#asset;
    if (!asset) return;
    const { cache, peer, origin } = asset.bytes();
    this.#bytesBefore.cache += cache;
    this.#bytesBefore.peer += peer;
    this.#bytesBefore.origin += origin;
    this.#asset = null;
    asset.close();
  }
}
