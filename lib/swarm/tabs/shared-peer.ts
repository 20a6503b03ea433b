/**
 * One peer for all tabs of a browser (`TABS=shared`). Every tab has one of these; one of them leads and has the real peer, the others
 * follow it. What a tab has open outlives any change of who leads.
 */
import { newId } from '@/lib/contracts/ids';
import type { SharingMode } from '@/lib/contracts/signaling';
import { leaderMessage, type TabMessage, tabMessage } from '@/lib/contracts/tabs';
import type { Clock } from '@/lib/util/clock';
import type { OpenAsset, PeerSnapshot, SwarmPeer } from '../api';
import type { OpenChannel, TabChannel } from './channel';
import { FollowerClient } from './follower-client';
import { LeaderClient } from './leader-client';
import { type Leadership, standForLeader } from './leadership';
import { type Opened, SharedAsset } from './shared-asset';

export interface SharedPeerOptions {
  /** Of the browser: the same in every tab. */
  peerId: string;
  /** The Web Lock that makes the leader. */
  lock: string;
  locks: Pick<LockManager, 'request'>;
  channel: OpenChannel;
  clock: Clock;
  mode: SharingMode;
  /** The real peer, for a tab that leads. */
  openPeer: (mode: SharingMode) => Promise<SwarmPeer>;
  log: (message: string) => void;
}

/** Held by a tab as long as it lives, so that the leader learns when it is gone. */
const tabLock = (tab: string) => `enxame-tab-${tab}`;

/** Joins the tabs of this browser, as follower or leader. */
export async function createSharedPeer(options: SharedPeerOptions): Promise<SwarmPeer> {
  const tab = newId();
  const leave = await new Promise<() => void>((resolve, reject) => {
    options.locks
      .request(tabLock(tab), {}, () => new Promise<void>((release) => resolve(() => release())))
      .catch(reject);
  });
  return new SharedPeer(tab, leave, options);
}

class SharedPeer implements SwarmPeer {
  readonly peerId: string;
  private readonly common: TabChannel;
  private readonly own: TabChannel;
  private readonly leadership: Leadership;
  private client: LeaderClient | FollowerClient;
  /** Counts up at each change of who leads. */
  private leaderEpoch = 0;
  private mode: SharingMode;
  private readonly assets = new Set<SharedAsset>();
  private current: SharedAsset | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly closing = new AbortController();

  constructor(
    private readonly tab: string,
    private readonly leave: () => void,
    private readonly options: SharedPeerOptions,
  ) {
    this.peerId = options.peerId;
    this.mode = options.mode;
    this.common = options.channel(`enxame-tabs-${options.peerId}`);
    this.own = options.channel(tabLock(tab));
    this.common.onMessage((message) => this.onTabMessage(message));
    this.own.onMessage((message) => this.onLeaderMessage(message));
    this.client = this.follow();
    this.leadership = standForLeader(options.lock, options.locks, {
      elected: () => {
        this.become(this.lead());
        this.say({ say: 'leading', tab });
      },
      deposed: () => this.become(this.follow()),
    });
  }

  async open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    const asset = new SharedAsset({
      opened: await this.openNow(trackId, until, atS),
      openAnew: (closed) => this.openNow(trackId, AbortSignal.any([closed, this.closing.signal])),
      leaderEpoch: () => this.leaderEpoch,
      onHint: (hinted) => {
        if (hinted.lastHint?.playing === true || this.current === null) this.current = hinted;
      },
      onClose: (closed) => {
        this.assets.delete(closed);
        if (this.current === closed) this.current = null;
        this.changed();
      },
    });
    this.assets.add(asset);
    this.current ??= asset;
    return asset;
  }

  expectNext(trackId: string | null, inS: number): void {
    this.client.expectNext(trackId, inS);
  }

  expectPress(trackId: string): void {
    this.client.expectPress(trackId);
  }

  setMode(mode: SharingMode): void {
    this.mode = mode;
    this.client.setMode(mode);
    this.changed();
  }

  snapshot(): PeerSnapshot {
    const { current } = this;
    return {
      ...(this.client.state() ?? nothingYet(this.peerId)),
      mode: this.mode,
      current:
        current === null
          ? null
          : {
              trackId: current.grant.track.id,
              versionId: current.grant.versionId,
              sources: [...current.sources()],
            },
    };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new DOMException('the peer was closed', 'AbortError'));
    for (const asset of [...this.assets]) asset.close();
    // The next leader begins only after it is closed: they share a database.
    await this.client.close();
    this.leadership.leave();
    this.common.close();
    this.own.close();
    this.leave();
  }

  /** However often the leader changes meanwhile. */
  private async openNow(trackId: string, signal: AbortSignal, atS?: number): Promise<Opened> {
    for (;;) {
      const { leaderEpoch } = this;
      try {
        return { asset: await this.client.open(trackId, signal, atS), leaderEpoch };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (leaderEpoch === this.leaderEpoch) throw error;
      }
    }
  }

  private lead(): LeaderClient {
    const { options } = this;
    return new LeaderClient({
      tab: this.tab,
      peer: options.openPeer(this.mode),
      clock: options.clock,
      channelTo: (tab) => {
        const channel = options.channel(tabLock(tab));
        return { say: (message) => channel.post(message), close: () => channel.close() };
      },
      whenGone: (tab, signal, gone) => {
        // It rejects where the signal aborts.
        options.locks.request(tabLock(tab), { signal }, gone).catch(() => {});
      },
      onChange: () => this.changed(),
      log: options.log,
    });
  }

  private follow(): FollowerClient {
    const following = new FollowerClient({
      tab: this.tab,
      clock: this.options.clock,
      say: (message) => this.say(message),
      onChange: () => this.changed(),
      onUnresponsive: () => {
        this.options.log('the leading tab does not answer; this one takes its place');
        this.leadership.take();
      },
      onAssetUnknown: () => {
        if (this.client === following) this.become(this.follow());
      },
    });
    return following;
  }

  private become(client: LeaderClient | FollowerClient): void {
    const before = this.client;
    this.leaderEpoch++;
    this.client = client;
    void before.close();
    for (const asset of this.assets) asset.leaderChanged();
    this.changed();
  }

  private onTabMessage(data: unknown): void {
    const { success, data: message } = tabMessage.safeParse(data);
    if (!success) {
      this.options.log('another tab says something that this one does not know');
      return;
    }
    if (this.client instanceof LeaderClient) this.client.receive(message);
    else if (message.say === 'leading') this.become(this.follow());
  }

  private onLeaderMessage(data: unknown): void {
    const { success, data: message } = leaderMessage.safeParse(data);
    if (!success) this.options.log('the leading tab says something that this one does not know');
    else if (this.client instanceof FollowerClient) this.client.receive(message);
  }

  private say(message: TabMessage): void {
    if (!this.closing.signal.aborted) this.common.post(message);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function nothingYet(peerId: string): Omit<PeerSnapshot, 'current' | 'mode'> {
  const none = { cache: 0, peer: 0, origin: 0, uploaded: 0 };
  return {
    peerId,
    signaling: 'connecting',
    notServing: null,
    links: [],
    rates: none,
    totals: none,
    cache: { usedBytes: 0, budgetBytes: 0, assets: 0, lasting: true },
  };
}
