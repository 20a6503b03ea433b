/** A tab that another one leads: it opens, reads and hints through the leader, and notices when the leader does not answer. */
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
import type { ChunkSource, OpenAsset, PlaybackHint } from '../api';
import { type Desk, moved } from './desk';

export interface FollowingOptions {
  /** This tab. */
  tab: string;
  clock: Clock;
  say: (message: TabMessage) => void;
  onChange: () => void;
  /** The leader does not answer. Called again while it stays so and somebody waits. */
  onSilent: () => void;
  /** The leader knows nothing of what is open here: everything is to be opened anew. */
  onForgotten: () => void;
}

/**
 * While somebody waits, the leader shows this often (ms) that it works, and is missed after three silences. A hidden tab's timers run
 * once a second, and a tab of this one's own that wakes from a freeze sees its timers before any answer. The player has some seconds in hand.
 */
const PING_EVERY_MS = 600;
const MAX_SILENCES = 3;

type Answer = Extract<LeaderMessage, { say: 'opened' | 'bytes' }>;
interface Ask {
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}
type Question =
  | { say: 'open'; asset: string; trackId: string; atS?: number }
  | { say: 'read'; asset: string; start: number; end: number };

export class Following implements Desk {
  private readonly asks = new Map<string, Ask>();
  /** By handle; null while it is being opened. */
  private readonly assets = new Map<string, RemoteAsset | null>();
  private peer: PeerState | null = null;
  private heard = false;
  private silences = 0;
  private cancelWatch: (() => void) | null = null;
  private ended = false;

  constructor(private readonly options: FollowingOptions) {}

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const handle = newId();
    this.assets.set(handle, null);
    try {
      const question = { say: 'open', asset: handle, trackId, ...(atS === undefined ? {} : { atS }) } as const;
      const answer = await this.ask(question, signal);
      if (answer.say !== 'opened') throw broken();
      const asset = new RemoteAsset(handle, answer.grant, answer.manifest, this);
      this.assets.set(handle, asset);
      return asset;
    } catch (error) {
      this.close(handle);
      throw error;
    }
  }

  async read(asset: string, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await this.ask({ say: 'read', asset, start, end }, signal);
    if (answer.say !== 'bytes' || answer.bytes.length !== end - start) throw broken();
    return answer.bytes;
  }

  hint(asset: string, hint: PlaybackHint): void {
    this.say({ say: 'hint', tab: this.options.tab, asset, hint });
  }

  close(asset: string): void {
    if (this.assets.delete(asset)) this.say({ say: 'close', tab: this.options.tab, asset });
  }

  prepare(trackIds: readonly string[]): void {
    this.say({ say: 'prepare', tab: this.options.tab, trackIds: [...trackIds] });
  }

  /** The leader learns of it as every tab does: the mode is the browser's. */
  setMode(): void {}

  state(): PeerState | null {
    return this.peer;
  }

  /** What the leader says to this tab. */
  hear(message: LeaderMessage): void {
    switch (message.say) {
      case 'opened':
      case 'bytes':
        this.settle(message.ask)?.resolve(message);
        break;
      case 'refused': {
        const ask = this.settle(message.ask);
        if (ask === undefined) break;
        if (message.error === null) {
          this.options.onForgotten();
          ask.reject(moved());
        } else ask.reject(fromWireError(message.error));
        break;
      }
      case 'state':
        this.peer = message.peer;
        for (const { asset, sources, bytes } of message.assets) {
          this.assets.get(asset)?.stands(
            Array.from(sources, (source) => CHUNK_SOURCES[source] ?? 'none'),
            bytes,
          );
        }
        this.options.onChange();
        break;
      case 'pong':
        this.heard = true;
        break;
    }
  }

  async end(): Promise<void> {
    // Where the leader is still the same, nothing stays open there.
    for (const asset of [...this.assets.keys()]) this.close(asset);
    this.ended = true;
    this.cancelWatch?.();
    for (const ask of this.asks.values()) ask.reject(moved());
    this.asks.clear();
  }

  private ask(question: Question, signal?: AbortSignal): Promise<Answer> {
    const { tab } = this.options;
    const ask = newId();
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(moved());
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
      this.say({ ...question, tab, ask });
      this.watch();
    });
  }

  private settle(ask: string): Ask | undefined {
    const known = this.asks.get(ask);
    this.asks.delete(ask);
    return known;
  }

  private say(message: TabMessage): void {
    if (!this.ended) this.options.say(message);
  }

  private watch(): void {
    if (this.cancelWatch !== null) return;
    this.heard = false;
    this.say({ say: 'ping', tab: this.options.tab });
    this.cancelWatch = this.options.clock.after(PING_EVERY_MS, () => {
      this.cancelWatch = null;
      this.silences = this.heard || this.asks.size === 0 ? 0 : this.silences + 1;
      if (this.asks.size === 0) return;
      this.watch();
      if (this.silences >= MAX_SILENCES) this.options.onSilent();
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
    private readonly leader: Following,
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

  sources(): readonly ChunkSource[] {
    return this.from;
  }

  bytes(): { cache: number; peer: number; origin: number } {
    return { ...this.counted };
  }

  close(): void {
    this.leader.close(this.handle);
  }

  stands(sources: readonly ChunkSource[], bytes: { cache: number; peer: number; origin: number }): void {
    this.from = sources;
    this.counted = bytes;
  }
}

function broken(): EnxameError {
  return new EnxameError('unavailable', 'Another tab sent an unexpected answer.');
}
