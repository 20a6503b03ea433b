import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Manifest } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import { TAB_READ_BYTES } from '@/lib/contracts/tabs';
import { orAborted } from '@/lib/util/abort';
import { HandClock } from '@/lib/util/testing/hand-clock';
import type { OpenAsset, PlaybackHint, SwarmPeer } from '../api';
import { FakeBrowser, type FakePage } from '../testing/fake-browser';
import { createSharedPeer } from './shared-peer';

const SIZE = 2 * TAB_READ_BYTES + 1000;
const plain = Uint8Array.from({ length: SIZE }, (_, at) => (at * 7 + (at >> 16)) & 255);
const peerId = newId();
const trackId = newId();
const hint: PlaybackHint = { playing: true, timeS: 5, bufferedS: 4 };

/** What every real peer of this test's browser is asked, and what it answers. */
let server: {
  versionId: string;
  /** Reads wait for it. */
  reading: Promise<void>;
  refusal: EnxameError | null;
};
let browser: FakeBrowser;
let clock: HandClock;
let tabs: Tab[];
/** Pages whose timers do not run, though they hear messages: as a frozen page of Chromium. */
let stalled: Set<FakePage>;
beforeEach(() => {
  stalled = new Set();
  server = { versionId: newId(), reading: Promise.resolve(), refusal: null };
  browser = new FakeBrowser();
  clock = new HandClock();
  tabs = [];
});

/** The real peer of a tab that leads. */
class RealPeer implements SwarmPeer {
  readonly peerId = peerId;
  readonly closing = new AbortController();
  readonly open_ = new Set<OpenAsset>();
  hints: PlaybackHint[] = [];
  /** What it was told to be likely. */
  likely: unknown[] = [];
  aborted = 0;
  private listener = () => {};

  async open(track: string): Promise<OpenAsset> {
    await Promise.resolve();
    this.closing.signal.throwIfAborted();
    if (server.refusal !== null) throw server.refusal;
    const chunkSize = 65_536;
    const chunks = Math.ceil(SIZE / chunkSize);
    const manifest: Manifest = {
      ...mp3Sound,
      version: server.versionId,
      size: SIZE,
      chunkSize,
      chunks,
      durationS: 100,
      hashes: new Uint8Array(chunks * 32),
      seek: { header: [], firstAudio: 0, endAudio: SIZE, points: [0, 0] },
    };
    const grant = {
      track: someTrack({ id: track }),
      versionId: server.versionId,
      size: SIZE,
      durationS: 100,
      mime: 'audio/mpeg',
      manifest: { digest: 'd', url: '/m' },
      key: 'k',
      originUrl: '/o',
      ticket: 't',
      expiresAt: 1,
      plainUrl: '/p',
    };
    const asset: OpenAsset = {
      grant,
      manifest,
      read: async (start, end, signal) => {
        const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
        signal?.addEventListener('abort', () => this.aborted++);
        await orAborted(server.reading, until);
        until.throwIfAborted();
        return plain.slice(start, end);
      },
      hint: (told) => this.hints.push(told),
      expectJump: (timeS) => this.likely.push(['jump', timeS]),
      sources: () => Array.from({ length: chunks }, (_, i) => (i === 0 ? 'peer' : 'none')),
      bytes: () => ({ cache: 1, peer: 2, origin: 3 }),
      close: () => this.open_.delete(asset),
    };
    this.open_.add(asset);
    return asset;
  }

  expectNext(track: string | null, inS: number, tab?: string): void {
    this.likely.push(['next', track, inS, tab]);
  }
  expectPress(track: string): void {
    this.likely.push(['press', track]);
  }
  setMode(): void {}
  snapshot() {
    const rates = { cache: 0, peer: 7, origin: 0, uploaded: 0 };
    return {
      peerId,
      mode: 'considerate' as const,
      signaling: 'up' as const,
      notServing: null,
      links: [],
      rates,
      totals: rates,
      current: null,
      cache: { usedBytes: 9, budgetBytes: 10, assets: 1, lasting: true },
    };
  }
  subscribe(listener: () => void) {
    this.listener = listener;
    return () => {};
  }
  async close(): Promise<void> {
    this.closing.abort(new DOMException('the peer was closed', 'AbortError'));
  }
  changes(): void {
    this.listener();
  }
}

interface Tab {
  page: FakePage;
  peer: SwarmPeer;
  /** Those it had as leader, the newest last. */
  real: RealPeer[];
}

async function openTab(): Promise<Tab> {
  const page = browser.page();
  const real: RealPeer[] = [];
  const peer = await createSharedPeer({
    peerId,
    lock: 'leader',
    locks: page.locks,
    channel: page.channel,
    clock: { now: clock.now, after: (ms, fn) => clock.after(ms, () => !stalled.has(page) && page.run(fn)) },
    mode: 'considerate',
    openPeer: async () => {
      const made = new RealPeer();
      real.push(made);
      return made;
    },
    log: () => {},
  });
  const tab = { page, peer, real };
  tabs.push(tab);
  await quiet();
  return tab;
}

/** Until all tabs have done what they can at this moment. */
const quiet = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** Time passes, and the tabs do what falls due on the way. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.pass(100);
    await quiet();
  }
}

const living = () =>
  tabs.flatMap(({ page, real }) => (page.isGone ? [] : real.filter((peer) => !peer.closing.signal.aborted)));

function gate() {
  let open = () => {};
  server.reading = new Promise((resolve) => {
    open = resolve;
  });
  return () => open();
}

describe('the tabs of one browser', () => {
  it('have one peer: the others open and read through it', async () => {
    const first = await openTab();
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    expect(asset.grant.versionId).toBe(server.versionId);
    expect(asset.manifest).toMatchObject({ size: SIZE, durationS: 100 });
    // Compared as one, for an expectation looks at each of two million bytes.
    expect(Buffer.from(await asset.read(0, SIZE)).equals(plain)).toBe(true);
    expect(await asset.read(TAB_READ_BYTES - 3, TAB_READ_BYTES + 3)).toEqual(
      plain.slice(TAB_READ_BYTES - 3, TAB_READ_BYTES + 3),
    );
    expect(await asset.read(SIZE - 2, SIZE + 50)).toEqual(plain.slice(SIZE - 2));
    expect(await (await first.peer.open(trackId)).read(0, 10)).toEqual(plain.slice(0, 10));
    expect(living()).toEqual(first.real);
    expect(second.real).toEqual([]);
  });

  it('tell the leader how playback stands, what is likely, and what is closed', async () => {
    const leader = await openTab();
    const [real] = leader.real;
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    asset.hint(hint);
    asset.expectJump(60);
    asset.expectJump(null);
    leader.peer.expectNext(trackId, 12);
    second.peer.expectNext(trackId, 34);
    second.peer.expectPress(trackId);
    await quiet();
    expect(real?.hints).toEqual([hint]);
    const ofLeader = real?.likely.find((told) => Array.isArray(told) && told[2] === 12);
    const ofFollower = real?.likely.find((told) => Array.isArray(told) && told[2] === 34);
    // The peer keeps what each tab has next apart.
    const [tab, other] = [ofLeader, ofFollower].map((told) => (told as string[])[3]);
    expect(tab).not.toBe(other);
    expect(real?.likely.filter((told) => told !== ofLeader)).toEqual([
      ['jump', 60],
      ['jump', null],
      ['next', trackId, 34, other],
      ['press', trackId],
    ]);
    expect(real?.open_.size).toBe(1);
    asset.close();
    await quiet();
    expect(real?.open_.size).toBe(0);
    await expect(asset.read(0, 1)).rejects.toThrow('closed');
    second.page.kill();
    await quiet();
    expect(real?.likely.at(-1)).toEqual(['next', null, 0, other]);
  });

  it('see the peer as the leader sees it, and the track that plays in the tab itself', async () => {
    const [real] = (await openTab()).real;
    const second = await openTab();
    let told = 0;
    second.peer.subscribe(() => told++);
    const asset = await second.peer.open(trackId);
    real?.changes();
    await quiet();
    expect(told).toBeGreaterThan(0);
    expect(second.peer.snapshot()).toMatchObject({
      signaling: 'up',
      rates: { peer: 7 },
      cache: { usedBytes: 9 },
      current: { trackId, versionId: server.versionId },
    });
    expect(second.peer.snapshot().current?.sources.slice(0, 2)).toEqual(['peer', 'none']);
    expect(asset.bytes()).toEqual({ cache: 1, peer: 2, origin: 3 });
    expect(tabs[0]?.peer.snapshot().current).toBeNull();
  });

  it('ignore what is no message', async () => {
    await openTab();
    const second = await openTab();
    const stranger = browser.page().channel(`enxame-tabs-${peerId}`);
    stranger.post({ say: 'open' });
    stranger.post('noise');
    await quiet();
    expect(await (await second.peer.open(trackId)).read(0, 3)).toEqual(plain.slice(0, 3));
  });

  it('are refused what the leader is refused', async () => {
    await openTab();
    const second = await openTab();
    server.refusal = new EnxameError('too_many_streams', 'Stop one first.', { retryAfterS: 5 });
    await expect(second.peer.open(trackId)).rejects.toMatchObject({ code: 'too_many_streams', retryAfterS: 5 });
  });

  it('wait no longer than they want', async () => {
    const [real] = (await openTab()).real;
    const asset = await (await openTab()).peer.open(trackId);
    gate();
    const abort = new AbortController();
    const reading = asset.read(0, 10, abort.signal);
    await quiet();
    abort.abort(new Error('the listener jumped'));
    await expect(reading).rejects.toThrow('the listener jumped');
    await quiet();
    expect(real?.aborted).toBe(1);
  });

  it('leave nothing open at the leader when they go', async () => {
    const [real] = (await openTab()).real;
    const second = await openTab();
    await second.peer.open(trackId);
    second.page.kill();
    await quiet();
    expect(real?.open_.size).toBe(0);
  });
});

describe('when the leader goes', () => {
  it.each([
    ['in silence', (tab: Tab) => tab.page.kill()],
    ['in good order', (tab: Tab) => void tab.peer.close()],
  ])('%s, the next takes its place at once, and what waits goes on', async (_, go) => {
    const first = await openTab();
    const second = await openTab();
    const third = await openTab();
    const assets = await Promise.all([second.peer.open(trackId), third.peer.open(trackId)]);
    for (const asset of assets) asset.hint(hint);
    const open = gate();
    const readings = assets.map((asset) => asset.read(100, 200));
    const opening = third.peer.open(trackId);
    go(first);
    await quiet();
    expect(living()).toHaveLength(1);
    expect(second.real).toHaveLength(1);
    // Fetching goes on before anybody reads, where playback is.
    expect(second.real[0]?.hints).toEqual([hint, hint]);
    open();
    for (const reading of readings) expect(await reading).toEqual(plain.slice(100, 200));
    expect(await (await opening).read(0, 5)).toEqual(plain.slice(0, 5));
    expect(assets[0]?.bytes()).toMatchObject({ origin: 3 });
  });

  it('and the track has changed meanwhile, the reader is told', async () => {
    const first = await openTab();
    const asset = await (await openTab()).peer.open(trackId);
    server.versionId = newId();
    first.page.kill();
    await quiet();
    await expect(asset.read(0, 10)).rejects.toMatchObject({ code: 'version_retired' });
  });
});

describe('a leader that does not answer', () => {
  it('loses its place to who waits for it within some seconds, and follows when it wakes', async () => {
    const first = await openTab();
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    const own = await first.peer.open(trackId);
    first.page.freeze();
    const reading = asset.read(0, 10);
    await pass(1000);
    expect(second.real).toHaveLength(0);
    await pass(1000);
    expect(await reading).toEqual(plain.slice(0, 10));
    expect(second.real).toHaveLength(1);

    first.page.wake();
    await quiet();
    expect(living()).toEqual(second.real);
    expect(await own.read(0, 10)).toEqual(plain.slice(0, 10));
    await quiet();
    expect(first.real).toHaveLength(1);
  });

  it('loses it too when it hears, and gets nothing done', async () => {
    const first = await openTab();
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    const open = gate();
    stalled.add(first.page);
    const reading = asset.read(0, 10);
    await pass(3000);
    expect(living()).toEqual(second.real);
    open();
    expect(await reading).toEqual(plain.slice(0, 10));
  });

  it('keeps it while it answers, however long its chunks take', async () => {
    await openTab();
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    const open = gate();
    const reading = asset.read(0, 10);
    await pass(20_000);
    expect(second.real).toHaveLength(0);
    open();
    expect(await reading).toEqual(plain.slice(0, 10));
  });

  it('is left alone by tabs that want nothing', async () => {
    const first = await openTab();
    const second = await openTab();
    await (await second.peer.open(trackId)).read(0, 10);
    first.page.freeze();
    await pass(20_000);
    expect(second.real).toHaveLength(0);
  });

  it('is not blamed for the sleep of the one who asks', async () => {
    await openTab();
    const second = await openTab();
    const asset = await second.peer.open(trackId);
    gate();
    void asset.read(0, 10).catch(() => {});
    await pass(500);
    second.page.freeze();
    clock.pass(60_000);
    second.page.wake();
    await pass(5000);
    expect(second.real).toHaveLength(0);
  });
});

it('whatever happens to the tabs, those that are left read what they ask for, and one of them is the peer', async () => {
  const step = fc.record({
    do: fc.constantFrom('open', 'freeze', 'wake', 'kill', 'read', 'read', 'pass'),
    tab: fc.nat(9),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      browser = new FakeBrowser();
      tabs = [];
      const assets = new Map<Tab, OpenAsset>();
      const readings: [Tab, Promise<Uint8Array>][] = [];
      for (const { do: what, tab: which } of steps) {
        const alive = tabs.filter(({ page }) => !page.isGone);
        const tab = alive[which % Math.max(1, alive.length)];
        if (what === 'open' || tab === undefined) {
          if (alive.length < 5) await openTab();
        } else if (what === 'freeze') tab.page.freeze();
        else if (what === 'wake') tab.page.wake();
        else if (what === 'kill') tab.page.kill();
        else if (what === 'pass') await pass(700);
        else {
          const from = which * 100;
          const read = async () => {
            const asset = assets.get(tab) ?? (await tab.peer.open(trackId));
            assets.set(tab, asset);
            const got = await asset.read(from, from + 50);
            expect(got).toEqual(plain.slice(from, from + 50));
            return got;
          };
          const reading = read();
          reading.catch(() => {});
          readings.push([tab, reading]);
        }
      }
      for (const { page } of tabs) page.wake();
      await pass(4000);
      const asked = readings.filter(([{ page }]) => !page.isGone).map(([, reading]) => reading);
      expect(await Promise.race([Promise.all(asked), quiet().then(() => 'still waiting')])).not.toBe('still waiting');
      const alive = tabs.filter(({ page }) => !page.isGone);
      expect(living()).toHaveLength(Math.min(1, alive.length));
    }),
    { numRuns: 60, seed: 7 },
  );
});
