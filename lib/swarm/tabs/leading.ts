/** A tab that leads: its peer is the peer of all tabs of the browser. It opens for them, reads for them, and tells them how it stands. */
import { toWireError } from '@/lib/contracts/errors';
import { CHUNK_SOURCES, type LeaderMessage, type PeerState, type TabMessage } from '@/lib/contracts/tabs';
import { orAborted } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { OpenAsset, SwarmPeer } from '../api';
import type { Desk } from './desk';

export interface LeadingOptions {
  /** Being opened: questions wait for it. */
  peer: Promise<SwarmPeer>;
  clock: Clock;
  /** The way to one tab. */
  line: (tab: string) => { say: (message: LeaderMessage) => void; close: () => void };
  /** Calls back once when that tab is gone, unless the signal aborts first. */
  whenGone: (tab: string, signal: AbortSignal, gone: () => void) => void;
  /** Facts for this listener, and every change of the peer. */
  onFact: Parameters<SwarmPeer['onFact']>[0];
  onChange: () => void;
  log: (message: string) => void;
}

/** Another tab, as long as it lives. */
interface Guest {
  say: (message: LeaderMessage) => void;
  close: () => void;
  /** By handle: opened, or being opened. */
  assets: Map<string, { opening: Promise<OpenAsset>; opened: OpenAsset | null; abort: AbortController }>;
  /** What it waits for. */
  asks: Map<string, AbortController>;
}

export class Leading implements Desk {
  private readonly guests = new Map<string, Guest>();
  private readonly over = new AbortController();
  private peer: SwarmPeer | null = null;

  constructor(private readonly options: LeadingOptions) {
    options.peer.then(
      (peer) => {
        if (this.over.signal.aborted) return;
        this.peer = peer;
        peer.onFact(options.onFact);
        peer.subscribe(() => {
          this.tell();
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

  prepare(trackIds: readonly string[]): void {
    void this.options.peer.then((peer) => peer.prepare(trackIds)).catch(() => {});
  }

  setMode(mode: Parameters<SwarmPeer['setMode']>[0]): void {
    void this.options.peer.then((peer) => peer.setMode(mode)).catch(() => {});
  }

  state(): PeerState | null {
    if (this.peer === null) return null;
    const { current: _ofSomeTab, ...state } = this.peer.snapshot();
    return state;
  }

  async end(): Promise<void> {
    this.over.abort();
    for (const guest of this.guests.values()) guest.close();
    this.guests.clear();
    const peer = await this.options.peer.catch(() => null);
    await peer?.close();
  }

  /** What another tab says. */
  hear(message: TabMessage): void {
    if (message.say === 'leading' || message.say === 'fact') return;
    const guest = this.guest(message.tab);
    switch (message.say) {
      case 'ping':
        this.options.clock.after(0, () => guest.say({ say: 'pong' }));
        break;
      case 'open':
        this.openFor(guest, message);
        void this.answer(guest, message.ask, async (signal) => {
          const opening = guest.assets.get(message.asset)?.opening;
          if (opening === undefined) return null;
          const { grant, manifest } = await orAborted(opening, signal);
          return { say: 'opened', ask: message.ask, grant, manifest };
        });
        break;
      case 'read':
        void this.answer(guest, message.ask, async (signal) => {
          const asset = await guest.assets.get(message.asset)?.opening;
          if (asset === undefined) return null;
          return { say: 'bytes', ask: message.ask, bytes: await asset.read(message.start, message.end, signal) };
        });
        break;
      case 'cancel':
        guest.asks.get(message.ask)?.abort();
        break;
      case 'hint':
        guest.assets.get(message.asset)?.opened?.hint(message.hint);
        break;
      case 'close':
        closeFor(guest, message.asset);
        break;
      case 'prepare':
        this.prepare(message.trackIds);
        break;
    }
  }

  private guest(tab: string): Guest {
    const known = this.guests.get(tab);
    if (known !== undefined) return known;
    const line = this.options.line(tab);
    const guest: Guest = { ...line, assets: new Map(), asks: new Map() };
    guest.close = () => {
      for (const ask of guest.asks.values()) ask.abort();
      for (const asset of [...guest.assets.keys()]) closeFor(guest, asset);
      line.close();
    };
    this.guests.set(tab, guest);
    this.options.whenGone(tab, this.over.signal, () => {
      this.guests.delete(tab);
      guest.close();
    });
    return guest;
  }

  private openFor(guest: Guest, { asset, trackId, atS }: Extract<TabMessage, { say: 'open' }>): void {
    if (guest.assets.has(asset)) return;
    const abort = new AbortController();
    const opening = this.open(trackId, abort.signal, atS);
    const entry = { opening, opened: null as OpenAsset | null, abort };
    guest.assets.set(asset, entry);
    opening.then(
      (opened) => {
        if (guest.assets.get(asset) === entry) entry.opened = opened;
        else opened.close();
      },
      () => {
        if (guest.assets.get(asset) === entry) guest.assets.delete(asset);
      },
    );
  }

  /** @param question null: what it is about is not known here (any more) */
  private async answer(
    guest: Guest,
    ask: string,
    question: (signal: AbortSignal) => Promise<LeaderMessage | null>,
  ): Promise<void> {
    const abort = new AbortController();
    guest.asks.set(ask, abort);
    let answer: LeaderMessage;
    try {
      answer = (await question(abort.signal)) ?? { say: 'refused', ask, error: null };
    } catch (error) {
      const isEnd = error instanceof DOMException && error.name === 'AbortError';
      answer = { say: 'refused', ask, error: isEnd ? null : toWireError(error) };
    }
    guest.asks.delete(ask);
    if (!abort.signal.aborted && !this.over.signal.aborted) guest.say(answer);
  }

  private tell(): void {
    const state = this.state();
    if (state === null) return;
    for (const guest of this.guests.values()) {
      const assets = [...guest.assets].flatMap(([asset, { opened }]) =>
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
      guest.say({ say: 'state', peer: state, assets });
    }
  }
}

function closeFor(guest: Guest, asset: string): void {
  const entry = guest.assets.get(asset);
  guest.assets.delete(asset);
  entry?.abort.abort(new DOMException('the asset was closed', 'AbortError'));
  entry?.opened?.close();
}
