/** An asset as this tab has it, whoever leads: when that changes it is opened anew there, and reads go on. */
import { EnxameError } from '@/lib/contracts/errors';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import { addBytes, type BytesBySource, type ChunkSource, type OpenAsset, type PlaybackHint } from '../api';

/** An asset, and the epoch of the leader that opened it. */
export interface Opened {
  asset: OpenAsset;
  leaderEpoch: number;
}

export interface SharedAssetOptions {
  opened: Opened;
  /** Opens it where the leader is now. @throws as `SwarmPeer.open` */
  openAnew: (signal: AbortSignal) => Promise<Opened>;
  /** The epoch now. It counts up at each change of who leads. */
  leaderEpoch: () => number;
  onHint: (asset: SharedAsset) => void;
  onClose: (asset: SharedAsset) => void;
}

export class SharedAsset implements OpenAsset {
  readonly grant: Grant;
  readonly manifest: Manifest;
  lastHint: PlaybackHint | null = null;
  private opened: Opened;
  private opening: Promise<OpenAsset> | null = null;
  /** Of openings under leaders before. */
  private readonly before = { cache: 0, peer: 0, origin: 0 };
  private readonly closing = new AbortController();

  constructor(private readonly options: SharedAssetOptions) {
    this.opened = options.opened;
    this.grant = options.opened.asset.grant;
    this.manifest = options.opened.asset.manifest;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    for (;;) {
      until.throwIfAborted();
      const asset = await orAborted(this.current(), until);
      try {
        return await asset.read(start, end, until);
      } catch (error) {
        // The same failure under the same leader is the reader's to know.
        if (until.aborted || this.isCurrent()) throw error;
      }
    }
  }

  hint(hint: PlaybackHint): void {
    if (this.closing.signal.aborted) return;
    this.lastHint = hint;
    if (this.isCurrent()) this.opened.asset.hint(hint);
    this.options.onHint(this);
  }

  expectJump(timeS: number | null): void {
    if (this.isCurrent() && !this.closing.signal.aborted) this.opened.asset.expectJump(timeS);
  }

  sources(): readonly ChunkSource[] {
    return this.opened.asset.sources();
  }

  bytes(): BytesBySource {
    return addBytes(this.before, this.opened.asset.bytes());
  }

  close(): void {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new DOMException('the asset was closed', 'AbortError'));
    this.opened.asset.close();
    this.options.onClose(this);
  }

  /** Another tab leads now: the asset is opened there at once, before anybody reads. */
  leaderChanged(): void {
    // What fails now fails again for whoever reads.
    this.current().catch(() => {});
  }

  private isCurrent(): boolean {
    return this.opened.leaderEpoch === this.options.leaderEpoch();
  }

  private current(): Promise<OpenAsset> {
    if (this.isCurrent()) return Promise.resolve(this.opened.asset);
    this.opening ??= this.openAnew().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** @throws {EnxameError} `version_retired` when the track has another version by now */
  private async openAnew(): Promise<OpenAsset> {
    const opened = await this.options.openAnew(this.closing.signal);
    if (this.closing.signal.aborted) {
      opened.asset.close();
      throw this.closing.signal.reason;
    }
    if (opened.asset.grant.versionId !== this.grant.versionId) {
      opened.asset.close();
      throw new EnxameError('version_retired', 'The file of this track has changed.');
    }
    const had = this.opened.asset.bytes();
    this.before.cache += had.cache;
    this.before.peer += had.peer;
    this.before.origin += had.origin;
    this.opened = opened;
    if (this.lastHint !== null) opened.asset.hint(this.lastHint);
    return opened.asset;
  }
}
