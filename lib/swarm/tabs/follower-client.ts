/** A tab that another one leads: it opens and reads assets through the leader, and notices when the leader does not answer. */
import { EnxameError, fromWireError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import {
  CHUNK_SOURCES,
  type LeaderMessage,
  type PeerState,
  TAB_READ_BYTES,
  type TabMessage,
} from '@/lib/contracts/tabs';
import type { Clock } from '@/lib/util/clock';
import type { BytesBySource, ChunkSource, OpenAsset, PlaybackHint } from '../api';
import { leaderChanged, type PeerClient } from './peer-client';

export interface FollowerClientOptions {
  /** This tab. */
  tab: string;
  clock: Clock;
  say: (message: TabMessage) => void;
  onChange: () => void;
  /** The leader does not answer. Called again while it stays so and a request waits. */
  onUnresponsive: () => void;
  /** The leader knows nothing of what is open here: everything is to be opened anew. */
  onAssetUnknown: () => void;
}

/**
 * While a request waits, the leader shows this often (ms) that it works; after three missed answers it counts as gone. A hidden tab's timers run
 * once a second, and a tab of this one's own that wakes from a freeze sees its timers before any answer. The player has some seconds in hand.
 */
const PING_EVERY_MS = 600;
const MAX_MISSED_PONGS = 3;

type Answer = Extract<LeaderMessage, { say: 'opened' | 'bytes' }>;
interface Ask {
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}
type FollowerRequest =
  | { say: 'open'; asset: string; trackId: string; atS?: number }
  | { say: 'read'; asset: string; start: number; end: number };

export class FollowerClient implements PeerClient {
  private readonly asks = new Map<string, Ask>();
  /** By handle; null while it is being opened. */
  private readonly assets = new Map<string, RemoteAsset | null>();
  private peer: PeerState | null = null;
  private gotPong = false;
  private missedPongs = 0;
  private cancelWatch: (() => void) | null = null;
  private closed = false;

  constructor(private readonly options: FollowerClientOptions) {}

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const handle = newId();
    this.assets.set(handle, null);
    try {
      const request = { say: 'open', asset: handle, trackId, ...(atS === undefined ? {} : { atS }) } as const;
      const answer = await this.ask(request, signal);
      if (answer.say !== 'opened') throw unexpectedAnswer();
      const asset = new RemoteAsset(handle, answer.grant, answer.manifest, this);
      this.assets.set(handle, asset);
      return asset;
    } catch (error) {
      this.closeAsset(handle);
      throw error;
    }
  }

  async read(asset: string, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await this.ask({ say: 'read', asset, start, end }, signal);
    if (answer.say !== 'bytes' || answer.bytes.length !== end - start) throw unexpectedAnswer();
    return answer.bytes;
  }

  hint(asset: string, hint: PlaybackHint): void {
    this.say({ say: 'hint', tab: this.options.tab, asset, hint });
  }

  closeAsset(asset: string): void {
    if (this.assets.delete(asset)) this.say({ say: 'close', tab: this.options.tab, asset });
  }

  expectJump(asset: string, timeS: number | null): void {
    this.say({ say: 'jump', tab: this.options.tab, asset, timeS });
  }

  expectNext(trackId: string | null, inS: number): void {
    this.say({ say: 'next', tab: this.options.tab, trackId, inS });
  }

  expectPress(trackId: string): void {
    this.say({ say: 'press', tab: this.options.tab, trackId });
  }

  /** The leader learns of it as every tab does: the mode is the browser's. */
  setMode(): void {}

  state(): PeerState | null {
    return this.peer;
  }

  /** A message of the leader to this tab. */
  receive(message: LeaderMessage): void {
    switch (message.say) {
      case 'opened':
      case 'bytes':
        this.settle(message.ask)?.resolve(message);
        break;
      case 'refused': {
        const ask = this.settle(message.ask);
        if (ask === undefined) break;
        if (message.error === null) {
          this.options.onAssetUnknown();
          ask.reject(leaderChanged());
        } else ask.reject(fromWireError(message.error));
        break;
      }
      case 'state':
        this.peer = message.peer;
        for (const { asset, sources, bytes } of message.assets) {
          this.assets.get(asset)?.update(
            Array.from(sources, (source) => CHUNK_SOURCES[source] ?? 'none'),
            bytes,
          );
        }
        this.options.onChange();
        break;
      case 'pong':
        this.gotPong = true;
        break;
    }
  }

  async close(): Promise<void> {
    // Where the leader is still the same, nothing stays open there.
    for (const asset of [...this.assets.keys()]) this.closeAsset(asset);
    this.closed = true;
    this.cancelWatch?.();
    for (const ask of this.asks.values()) ask.reject(leaderChanged());
    this.asks.clear();
  }

  private ask(request: FollowerRequest, signal?: AbortSignal): Promise<Answer> {
    const { tab } = this.options;
    const ask = newId();
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(leaderChanged());
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        if (this.settle(ask) === undefined) return;
        this.say({ say: 'cancel', tab, ask });
        reject(signal?.reason);
      };
      const forget = () => signal?.removeEventListener('abort', stop);
      this.asks.set(ask, {
        resolve: (answer) => {
          forget();
          resolve(answer);
        },
        reject: (reason) => {
          forget();
          reject(reason);
        },
      });
      signal?.addEventListener('abort', stop, { once: true });
      this.say({ ...request, tab, ask });
      this.watch();
    });
  }

  private settle(ask: string): Ask | undefined {
    const known = this.asks.get(ask);
    this.asks.delete(ask);
    return known;
  }

  private say(message: TabMessage): void {
    if (!this.closed) this.options.say(message);
  }

  private watch(): void {
    if (this.cancelWatch !== null) return;
    this.gotPong = false;
    this.say({ say: 'ping', tab: this.options.tab });
    this.cancelWatch = this.options.clock.after(PING_EVERY_MS, () => {
      this.cancelWatch = null;
      this.missedPongs = this.gotPong || this.asks.size === 0 ? 0 : this.missedPongs + 1;
      if (this.asks.size === 0) return;
      this.watch();
      if (this.missedPongs >= MAX_MISSED_PONGS) this.options.onUnresponsive();
    });
  }
}

/** An asset that the leader has open for this tab. */
class RemoteAsset implements OpenAsset {
  private from: readonly ChunkSource[];
  private counted = { cache: 0, peer: 0, origin: 0 };

  constructor(
    private readonly handle: string,
    readonly grant: Grant,
    readonly manifest: Manifest,
    private readonly leader: FollowerClient,
  ) {
    this.from = Array.from({ length: manifest.chunks }, () => 'none');
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const from = Math.max(0, start);
    const to = Math.max(from, Math.min(end, this.manifest.size));
    const bytes = new Uint8Array(to - from);
    for (let at = from; at < to; at += TAB_READ_BYTES) {
      bytes.set(await this.leader.read(this.handle, at, Math.min(to, at + TAB_READ_BYTES), signal), at - from);
    }
    return bytes;
  }

  hint(hint: PlaybackHint): void {
    this.leader.hint(this.handle, hint);
  }

  expectJump(timeS: number | null): void {
    this.leader.expectJump(this.handle, timeS);
  }

  sources(): readonly ChunkSource[] {
    return this.from;
  }

  bytes(): BytesBySource {
    return { ...this.counted };
  }

  close(): void {
    this.leader.closeAsset(this.handle);
  }

  update(sources: readonly ChunkSource[], bytes: BytesBySource): void {
    this.from = sources;
    this.counted = bytes;
  }
}

function unexpectedAnswer(): EnxameError {
  return new EnxameError('unavailable', 'Another tab sent an unexpected answer.');
}
