/** A tab that leads: its peer is the peer of all tabs of the browser. It opens and reads assets for them, and tells them the peer's state. */
import { toWireError } from '@/lib/contracts/errors';
import { CHUNK_SOURCES, type LeaderMessage, type PeerState, type TabMessage } from '@/lib/contracts/tabs';
import { orAborted } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { OpenAsset, SwarmPeer } from '../api';
import type { PeerClient } from './peer-client';

export interface LeaderClientOptions {
  /** This tab. */
  tab: string;
  /** Being opened: requests wait for it. */
  peer: Promise<SwarmPeer>;
  clock: Clock;
  /** A channel to one tab. */
  channelTo: (tab: string) => { say: (message: LeaderMessage) => void; close: () => void };
  /** Calls back once when that tab is gone, unless the signal aborts first. */
  whenGone: (tab: string, signal: AbortSignal, gone: () => void) => void;
  /** Every change of the peer. */
  onChange: () => void;
  log: (message: string) => void;
}

/** Another tab, as long as it lives. */
interface Follower {
  say: (message: LeaderMessage) => void;
  close: () => void;
  /** By handle: opened, or being opened. */
  assets: Map<string, { opening: Promise<OpenAsset>; opened: OpenAsset | null; abort: AbortController }>;
  /** Its requests that are not answered yet. */
  asks: Map<string, AbortController>;
}

export class LeaderClient implements PeerClient {
  private readonly followers = new Map<string, Follower>();
  private readonly closing = new AbortController();
  private peer: SwarmPeer | null = null;

  constructor(private readonly options: LeaderClientOptions) {
    options.peer.then(
      (peer) => {
        if (this.closing.signal.aborted) return;
        this.peer = peer;
        peer.subscribe(() => {
          this.sendState();
          options.onChange();
        });
        options.onChange();
      },
      (error) => options.log(`this tab leads, but has no peer: ${String(error)}`),
    );
  }

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const peer = await orAborted(this.options.peer, signal);
    return await peer.open(trackId, signal, atS);
  }

  expectNext(trackId: string | null, inS: number, tab = this.options.tab): void {
    void this.options.peer.then((peer) => peer.expectNext(trackId, inS, tab)).catch(() => {});
  }

  expectPress(trackId: string): void {
    void this.options.peer.then((peer) => peer.expectPress(trackId)).catch(() => {});
  }

  setMode(mode: Parameters<SwarmPeer['setMode']>[0]): void {
    void this.options.peer.then((peer) => peer.setMode(mode)).catch(() => {});
  }

  state(): PeerState | null {
    if (this.peer === null) return null;
    const { current: _ofSomeTab, ...state } = this.peer.snapshot();
    return state;
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const follower of this.followers.values()) follower.close();
    this.followers.clear();
    const peer = await this.options.peer.catch(() => null);
    await peer?.close();
  }

  /** A message of another tab. */
  receive(message: TabMessage): void {
    if (message.say === 'leading') return;
    const follower = this.follower(message.tab);
    switch (message.say) {
      case 'ping':
        this.options.clock.after(0, () => follower.say({ say: 'pong' }));
        break;
      case 'open':
        this.openFor(follower, message);
        void this.answer(follower, message.ask, async (signal) => {
          const opening = follower.assets.get(message.asset)?.opening;
          if (opening === undefined) return null;
          const { grant, manifest } = await orAborted(opening, signal);
          return { say: 'opened', ask: message.ask, grant, manifest };
        });
        break;
      case 'read':
        void this.answer(follower, message.ask, async (signal) => {
          const asset = await follower.assets.get(message.asset)?.opening;
          if (asset === undefined) return null;
          return { say: 'bytes', ask: message.ask, bytes: await asset.read(message.start, message.end, signal) };
        });
        break;
      case 'cancel':
        follower.asks.get(message.ask)?.abort();
        break;
      case 'hint':
        follower.assets.get(message.asset)?.opened?.hint(message.hint);
        break;
      case 'jump':
        follower.assets.get(message.asset)?.opened?.expectJump(message.timeS);
        break;
      case 'close':
        closeFor(follower, message.asset);
        break;
      case 'next':
        this.expectNext(message.trackId, message.inS, message.tab);
        break;
      case 'press':
        this.expectPress(message.trackId);
        break;
    }
  }

  private follower(tab: string): Follower {
    const known = this.followers.get(tab);
    if (known !== undefined) return known;
    const channel = this.options.channelTo(tab);
    const follower: Follower = { ...channel, assets: new Map(), asks: new Map() };
    follower.close = () => {
      for (const ask of follower.asks.values()) ask.abort();
      for (const asset of [...follower.assets.keys()]) closeFor(follower, asset);
      channel.close();
    };
    this.followers.set(tab, follower);
    this.options.whenGone(tab, this.closing.signal, () => {
      this.followers.delete(tab);
      follower.close();
      this.expectNext(null, 0, tab);
    });
    return follower;
  }

  private openFor(follower: Follower, { asset, trackId, atS }: Extract<TabMessage, { say: 'open' }>): void {
    if (follower.assets.has(asset)) return;
    const abort = new AbortController();
    const opening = this.open(trackId, abort.signal, atS);
    const entry = { opening, opened: null as OpenAsset | null, abort };
    follower.assets.set(asset, entry);
    opening.then(
      (opened) => {
        if (follower.assets.get(asset) === entry) entry.opened = opened;
        else opened.close();
      },
      () => {
        if (follower.assets.get(asset) === entry) follower.assets.delete(asset);
      },
    );
  }

  /** @param handle answers null where the asset is not known here (any more) */
  private async answer(
    follower: Follower,
    ask: string,
    handle: (signal: AbortSignal) => Promise<LeaderMessage | null>,
  ): Promise<void> {
    const abort = new AbortController();
    follower.asks.set(ask, abort);
    let answer: LeaderMessage;
    try {
      answer = (await handle(abort.signal)) ?? { say: 'refused', ask, error: null };
    } catch (error) {
      const isAbort = error instanceof DOMException && error.name === 'AbortError';
      answer = { say: 'refused', ask, error: isAbort ? null : toWireError(error) };
    }
    follower.asks.delete(ask);
    if (!abort.signal.aborted && !this.closing.signal.aborted) follower.say(answer);
  }

  private sendState(): void {
    const state = this.state();
    if (state === null) return;
    for (const follower of this.followers.values()) {
      const assets = [...follower.assets].flatMap(([asset, { opened }]) =>
        opened === null
          ? []
          : [
              {
                asset,
                sources: Uint8Array.from(opened.sources(), (source) => CHUNK_SOURCES.indexOf(source)),
                bytes: opened.bytes(),
              },
            ],
      );
      follower.say({ say: 'state', peer: state, assets });
    }
  }
}

function closeFor(follower: Follower, asset: string): void {
  const entry = follower.assets.get(asset);
  follower.assets.delete(asset);
  entry?.abort.abort(new DOMException('the asset was closed', 'AbortError'));
  entry?.opened?.close();
}
