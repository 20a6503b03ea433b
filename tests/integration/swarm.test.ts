import 'fake-indexeddb/auto';
import { KeyObject } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { soundToBegin } from '@/lib/assets/seek/points';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { encodeSoundFirst, readSoundFirst } from '@/lib/contracts/sound-first';
import { MemoryStore as MemoryMedia } from '@/lib/media-store/testing/memory-store';
import { type FirstSound, readFirstSound } from '@/lib/origin/first-bytes';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { openIdbStore } from '@/lib/swarm/store/idb-store';
import { MemoryStore } from '@/lib/swarm/store/memory-store';
import { type HarnessAsset, SwarmHarness } from '@/lib/swarm/testing/swarm-harness';
import { VirtualClock } from '@/lib/util/testing/virtual-clock';

let clock: VirtualClock;
let harness: SwarmHarness;
beforeEach(async () => {
  clock = new VirtualClock();
  harness = await SwarmHarness.create(clock);
});
afterEach(async () => {
  await harness.close();
  await clock.close();
});

/** Plays as a player does, until all is buffered: reads on, keeps at most `aheadS` of sound, and counts how often it stalled. */
async function play(asset: OpenAsset, onStep?: (heardS: number) => Promise<void> | void, aheadS = 20): Promise<number> {
  const { size, durationS, chunkSize } = asset.manifest;
  const bytesPerSecond = size / durationS;
  let stalls = 0;
  let heardS = 0;
  let last = clock.now();
  let read = 0;
  let reading: Promise<void> | null = null;
  const parts: Uint8Array[] = [];
  while (read < size) {
    const bufferedS = read / bytesPerSecond - heardS;
    if (reading === null && read < size && bufferedS < aheadS) {
      const end = Math.min(size, read + chunkSize);
      reading = asset.read(read, end).then((bytes) => {
        parts.push(bytes);
        read = end;
        reading = null;
      });
      reading.catch(() => {});
    }
    asset.hint({ playing: true, timeS: heardS, bufferedS });
    const pause = clock.wait(100);
    if (bufferedS < 0.01 && reading !== null) {
      if (heardS > 0 && read < size) stalls++;
      await reading;
      last = clock.now();
    } else await pause;
    const now = clock.now();
    heardS = Math.min(read / bytesPerSecond, heardS + (now - last) / 1000);
    last = now;
    await onStep?.(heardS);
  }
  expect(Buffer.concat(parts).equals(plainOf(asset))).toBe(true);
  return stalls;
}

function plainOf(asset: OpenAsset): Uint8Array {
  const found = harness.assets.get(asset.grant.track.id);
  if (found === undefined) throw new Error('no such track');
  return found.plain;
}

async function readWhole(peer: SwarmPeer, track: HarnessAsset): Promise<OpenAsset> {
  const asset = await peer.open(track.trackId);
  const bytes = await asset.read(0, track.plain.length);
  expect(Buffer.from(bytes).equals(track.plain)).toBe(true);
  return asset;
}

/** A harness where one peer holds a whole track of 20 chunks, 4 s each. */
async function harnessWithSeed(): Promise<{ track: HarnessAsset; seed: SwarmPeer }> {
  const track = await harness.addAsset(20, 4);
  const seed = harness.addPeer();
  (await readWhole(seed, track)).close();
  return { track, seed };
}

describe('a press of play', () => {
  it.each([
    ['has its first chunk with the grant, and asks nobody for it', 'right', false],
    ['asks the origin for it where none came', 'none', true],
    ['asks the origin for it where a wrong one came', 'wrong', true],
  ])('%s', async (_, head, isAsked) => {
    const track = await harness.addAsset(20, 4);
    const chunkBytes = track.manifest.chunkSize + 16;
    const right = track.sealed.slice(0, chunkBytes);
    harness.head = async () => (head === 'right' ? right : head === 'wrong' ? right.map((byte) => byte ^ 1) : null);
    const peer = harness.addPeer();
    const asset = await peer.open(track.trackId, undefined, 0);
    const bytes = await asset.read(0, 1000);
    expect(Buffer.from(bytes).equals(track.plain.subarray(0, 1000))).toBe(true);
    expect(harness.fromOrigin.has(peer.peerId)).toBe(isAsked);
    expect(asset.sources()[0]).toBe('origin');
  });
});

describe('a grant that brings sound first', () => {
  /** As the gateway answers, from `atS` seconds on; what comes behind the piece is `behind`'s. */
  function bringSound(
    track: HarnessAsset,
    atS: number,
    behind: (rest: Uint8Array) => Promise<Uint8Array | null>,
    change: (first: FirstSound) => void = () => {},
  ): void {
    const { versionId, manifest, manifestBytes } = track;
    const media = new MemoryMedia();
    media.put('/a.mp3', track.plain);
    harness.sound = async (granted) => {
      const source = { versionId, mediaKey: '/a.mp3', key: track.rawKey, manifest, checkedAt: 0, manifestDigest: '' };
      const first = await readFirstSound(
        media,
        { ...source, manifestBytes: Buffer.from(manifestBytes) },
        atS,
        KeyObject.from(harness.privateKey),
      );
      if (first === null) throw new Error('there is no piece');
      change(first);
      const { inline: _, ...named } = granted.manifest;
      const grant = { ...granted, manifest: named };
      return await readSoundFirst(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(encodeSoundFirst({ ...first, grant }, deflateSync));
            const rest = await behind(first.rest);
            if (rest === null) controller.error(new Error('the network is gone'));
            else controller.enqueue(new Uint8Array(rest));
            if (rest !== null) controller.close();
          },
        }),
      );
    };
  }
  const same = (bytes: Uint8Array, track: HarnessAsset, start: number, end: number) =>
    Buffer.from(bytes).equals(track.plain.subarray(start, end));
  /** Where sound begins, and what it needs. */
  const soundAt = (track: HarnessAsset, atS: number) => soundToBegin(track.manifest, atS) ?? { start: 0, end: 0 };

  it.each([
    ['in a chunk', 0, [0]],
    ['across two chunks', 3.9, [0, 1]],
  ])('plays it before the hashes are here, %s, and keeps nothing before', async (_, atS, chunks) => {
    const track = await harness.addAsset(20, 4);
    let arrive: (rest: Uint8Array) => void = () => {};
    let rest = new Uint8Array();
    bringSound(track, atS, (all) => {
      rest = new Uint8Array(all);
      return new Promise((resolve) => {
        arrive = resolve;
      });
    });
    const peer = harness.addPeer();
    const asset = await peer.open(track.trackId, undefined, atS);
    asset.hint({ playing: true, timeS: atS, bufferedS: 0 });
    const { start, end } = soundAt(track, atS);
    expect(same(await asset.read(start, end), track, start, end)).toBe(true);
    expect(asset.sources().slice(0, 2)).toEqual(['none', 'none']);
    expect(peer.snapshot().cache.usedBytes).toBe(0);
    arrive(rest);
    await clock.until('the rest is here', () => chunks.every((chunk) => asset.sources()[chunk] === 'origin'));
    // Nobody was asked for it.
    expect(harness.fromOrigin.has(peer.peerId)).toBe(false);
    expect(same(await asset.read(0, track.plain.length), track, 0, track.plain.length)).toBe(true);
    const again = await peer.open(track.trackId, undefined, atS);
    expect(same(await again.read(start, end), track, start, end)).toBe(true);
  });

  it('plays what the server did not sign only when the manifest says that it is right', async () => {
    const track = await harness.addAsset(20, 4);
    bringSound(
      track,
      0,
      async (rest) => rest,
      ({ piece }) => piece.bytes.set([1, 2, 3]),
    );
    const peer = harness.addPeer();
    const asset = await peer.open(track.trackId, undefined, 0);
    const { start, end } = soundAt(track, 0);
    expect(same(await asset.read(start, end), track, start, end)).toBe(true);
    expect(harness.fromOrigin.has(peer.peerId)).toBe(true);
  });

  it('gets the rest of the manifest elsewhere where the answer breaks off', async () => {
    const track = await harness.addAsset(20, 4);
    bringSound(track, 0, async () => null);
    const asset = await harness.addPeer().open(track.trackId, undefined, 0);
    expect(same(await asset.read(0, track.plain.length), track, 0, track.plain.length)).toBe(true);
  });

  it('ends where the hashes are not those that the grant names, with nothing kept', async () => {
    const track = await harness.addAsset(20, 4);
    bringSound(track, 0, async (rest) => rest.map((byte, i) => (i === 3 ? byte ^ 1 : byte)));
    const peer = harness.addPeer();
    const asset = await peer.open(track.trackId, undefined, 0);
    await expect(asset.read(0, track.plain.length)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(peer.snapshot().cache.usedBytes).toBe(0);
    harness.sound = async () => null;
    await readWhole(peer, track);
  });
});

describe('a jump', () => {
  /** Plays the beginning, then jumps to `timeS`. @returns the bytes that sound needs there, as a player reads them */
  async function jump(peer: SwarmPeer, track: HarnessAsset, timeS: number) {
    const asset = await peer.open(track.trackId);
    asset.hint({ playing: true, timeS: 0, bufferedS: 0 });
    await asset.read(0, track.manifest.chunkSize);
    const { start, end } = soundToBegin(track.manifest, timeS) ?? { start: 0, end: 0 };
    const before = harness.pieces;
    asset.hint({ playing: true, timeS, bufferedS: 0 });
    const bytes = await asset.read(start, end);
    expect(Buffer.from(bytes).equals(track.plain.subarray(start, end))).toBe(true);
    return { asset, pieces: harness.pieces - before };
  }

  it('has what sound needs ahead of the rest of its chunk, which is whole soon after', async () => {
    const track = await harness.addAsset(60, 4);
    harness.originBps = 100_000;
    const { asset, pieces } = await jump(harness.addPeer(), track, 120.7);
    expect(pieces).toBe(1);
    expect(asset.sources()[30]).toBe('none');
    await clock.until('the chunk is whole', () => asset.sources()[30] === 'origin');
    const { chunkSize } = track.manifest;
    const chunk = await asset.read(30 * chunkSize, 31 * chunkSize);
    expect(Buffer.from(chunk).equals(track.plain.subarray(30 * chunkSize, 31 * chunkSize))).toBe(true);
  });

  it('is made with whole chunks where the origin sends no pieces, which is asked for once', async () => {
    const track = await harness.addAsset(60, 4);
    harness.sendsPieces = false;
    const peer = harness.addPeer();
    const { asset, pieces } = await jump(peer, track, 120.7);
    expect(pieces).toBe(0);
    expect(asset.sources()[30]).toBe('origin');
    harness.sendsPieces = true;
    expect((await jump(peer, track, 60)).pieces).toBe(0);
  });
});

describe('what is likely next', () => {
  it('has a link to who holds it before it is opened, and then is fetched from there', async () => {
    const { track, seed } = await harnessWithSeed();
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    peer.expectPress(track.trackId);
    await clock.until('the link stands', () => peer.snapshot().links.some((link) => link.peer === seed.peerId));
    const { grants } = harness;
    const asset = await peer.open(track.trackId);
    expect(await play(asset)).toBe(0);
    expect(harness.grants).toBe(grants);
    // What the player waits for comes from the origin while the speed of the link is not known.
    expect(asset.sources().filter((source) => source === 'peer').length).toBeGreaterThanOrEqual(18);
    expect(harness.hints).toEqual([{ from: peer.peerId, version: track.versionId }]);
    expect(harness.left).toEqual([]);
  });

  it('has its beginning here before it is pressed, from who holds it, and the origin sends nothing', async () => {
    const { track, seed } = await harnessWithSeed();
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    peer.expectPress(track.trackId);
    await clock.until('the beginning is here', () => peer.snapshot().totals.peer > 0);
    // Nothing but its beginning, though there is time for more; and it is nobody's source yet.
    const waitedFrom = clock.now();
    await clock.until('there was time for more', () => clock.now() - waitedFrom > 5000);
    expect(peer.snapshot().totals.peer).toBe(track.manifest.chunkSize + 16);
    expect(harness.members.get(peer.peerId)?.have.has(track.versionId)).toBe(false);
    expect(peer.snapshot().current).toBeNull();
    const asset = await peer.open(track.trackId, undefined, 0);
    expect(asset.sources()[0]).toBe('peer');
    expect(harness.fromOrigin.has(peer.peerId)).toBe(false);
    await clock.until('it takes part', () => harness.members.get(peer.peerId)?.have.has(track.versionId) === true);
    await clock.until('it is shown as what plays', () => peer.snapshot().current?.trackId === track.trackId);
    expect(harness.left.some(({ from }) => from === seed.peerId)).toBe(false);
  });

  it('has its beginning from the origin where nobody holds it, and leaves no trace when it is not pressed', async () => {
    const [rested, other] = [await harness.addAsset(4, 4), await harness.addAsset(4, 4)];
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    peer.expectPress(rested.trackId);
    await clock.until('the beginning is here', () => peer.snapshot().totals.origin > 0);
    peer.expectPress(other.trackId);
    await clock.until('the other one as well', () => peer.snapshot().totals.origin > 65_552);
    expect(peer.snapshot().totals.origin).toBe(2 * 65_552);
    expect(peer.snapshot().cache.assets).toBe(2);
    const asset = await peer.open(rested.trackId, undefined, 0);
    // From the cache: it was closed when the pointer went on.
    expect(asset.sources()[0]).toBe('cache');
  });

  it('takes part in its swarm half a minute before it begins, and is given to its play as it is', async () => {
    const { track } = await harnessWithSeed();
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    const isMember = () => harness.members.get(peer.peerId)?.have.has(track.versionId) === true;
    peer.expectNext(track.trackId, 31);
    await clock.until('the beginning is here', () => peer.snapshot().totals.peer > 0);
    expect(isMember()).toBe(false);
    peer.expectNext(track.trackId, 29);
    await clock.until('it takes part', isMember);
    await clock.until('what sounds within half a minute is here', () => peer.snapshot().totals.peer > 5 * 65_552);
    const { grants } = harness;
    harness.gatewayUp = false;
    const asset = await peer.open(track.trackId, undefined, 0);
    expect(await play(asset)).toBe(0);
    expect(harness.grants).toBe(grants);
  });

  it('is three tracks at most: a pointer that wanders over a library leaves what it left', async () => {
    const tracks = await Promise.all(Array.from({ length: 5 }, () => harness.addAsset(2, 4)));
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    for (const [i, track] of tracks.entries()) {
      peer.expectPress(track.trackId);
      await clock.until('the tracker is told', () => harness.hints.length === i + 1);
    }
    const versions = tracks.map(({ versionId }) => versionId);
    expect(harness.hints.map(({ version }) => version)).toEqual(versions);
    expect(harness.left.map(({ version }) => version)).toEqual(versions.slice(0, 2));
  });

  it('is asked once a track, and a refusal of one is nobody’s failure', async () => {
    const { track } = await harnessWithSeed();
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    const { grants } = harness;
    peer.expectPress(track.trackId);
    peer.expectNext(newId(), 100);
    peer.expectPress(newId());
    await clock.until('the tracker is told', () => harness.hints.length === 1);
    expect(harness.grants).toBe(grants + 3);
  });

  it('is not asked of the tracker while a track that was just opened begins', async () => {
    const { track } = await harnessWithSeed();
    const next = await harness.addAsset(2, 4);
    const peer = harness.addPeer();
    await clock.until('the tracker is in reach', () => peer.snapshot().signaling === 'up');
    await peer.open(track.trackId);
    const openedAt = clock.now();
    peer.expectNext(next.trackId, 100);
    await clock.until('the tracker is told', () => harness.hints.length > 0);
    expect(clock.now() - openedAt).toBeGreaterThan(2000);
  });
});

describe('a swarm', () => {
  it('of three that play one track gets most of the bytes of the second and third from peers, without a stall', async () => {
    const track = await harness.addAsset(12, 4);
    const [a, b, c] = [harness.addPeer(), harness.addPeer(), harness.addPeer()];
    const first = await a.open(track.trackId);
    const playing = [play(first)];
    // Preloader of the others by more than chance: who is first among equals fetches from the origin what nobody has.
    await clock.until('the first is well ahead', () => first.bytes().origin > 9 * 65_536);
    const second = await b.open(track.trackId);
    playing.push(play(second));
    await clock.until('the second has begun', () => second.bytes().peer > 4 * 65_536);
    const third = await c.open(track.trackId);
    playing.push(play(third));
    expect(await Promise.all(playing)).toEqual([0, 0, 0]);
    for (const asset of [second, third]) {
      const { peer, origin } = asset.bytes();
      expect(peer / (peer + origin)).toBeGreaterThan(0.5);
    }
    expect(a.snapshot().totals.uploaded).toBeGreaterThan(0);
    expect(c.snapshot().links.length).toBeGreaterThan(0);
    expect(harness.reports.some((report) => report.bytes.peer > 0)).toBe(true);
  });

  it('feeds a newcomer from a peer that played the track before and plays it no more', async () => {
    const { track } = await harnessWithSeed();
    harness.originBps = 300_000;
    const newcomer = await readWhole(harness.addPeer(), track);
    const { peer, origin } = newcomer.bytes();
    expect(peer / (peer + origin)).toBeGreaterThan(0.8);
    expect(newcomer.sources().filter((source) => source === 'peer').length).toBeGreaterThan(15);
  });

  it('leaves a busy processor to what is heard soon, and fetches the rest when it has time', async () => {
    const { track } = await harnessWithSeed();
    let busy = true;
    const peer = harness.addPeer({ isBusy: () => busy });
    const asset = await peer.open(track.trackId);
    asset.hint({ playing: true, timeS: 0, bufferedS: 0 });
    await asset.read(0, 1000);
    const fetched = () => asset.sources().filter((source) => source !== 'none').length;
    const openedAt = clock.now();
    // Nothing moves the playhead here: half a minute from the start are eight chunks of four seconds, with the one that straddles.
    await clock.until('what is heard soon is there', () => fetched() >= 8);
    await clock.until('there was time for all', () => clock.now() - openedAt > 40_000);
    expect(fetched()).toBeLessThanOrEqual(9);
    busy = false;
    await clock.until('all of it is there', () => fetched() === 20);
  });

  it('drops a peer that sends wrong bytes, names it, and plays on', async () => {
    const { track, seed } = await harnessWithSeed();
    harness.network.wire.tamper = (frame, from) => {
      if (from === seed.peerId && frame[0] === 3) frame[20] = (frame[20] ?? 0) ^ 1;
      return frame;
    };
    const victim = harness.addPeer();
    const asset = await readWhole(victim, track);
    expect(asset.bytes().peer).toBe(0);
    await clock.until('the liar was reported', () =>
      harness.reports.some(({ blamed }) => blamed[0]?.peer === seed.peerId),
    );
    await clock.until('the link is gone', () => victim.snapshot().links.length === 0);
  });

  it('ends a link over which anything malformed or unasked comes', async () => {
    const { track, seed } = await harnessWithSeed();
    let harmed = 0;
    harness.network.wire.tamper = (frame, from) => {
      if (from !== seed.peerId || frame[0] !== 3) return frame;
      harmed++;
      return Uint8Array.of(99, ...frame.subarray(1));
    };
    const asset = await readWhole(harness.addPeer(), track);
    expect(harmed).toBeGreaterThan(0);
    expect(asset.bytes().peer).toBe(0);
    expect(harness.network.openLinks()).toBe(0);
  });

  it('carries a listener whose origin is dead', async () => {
    const { track } = await harnessWithSeed();
    harness.origin = 'dead';
    const asset = await readWhole(harness.addPeer(), track);
    expect(asset.bytes().origin).toBe(0);
    expect(asset.bytes().peer).toBe(track.sealed.length);
  });

  it('hands over to the origin when its peers die in the middle', async () => {
    const { track, seed } = await harnessWithSeed();
    const listener = harness.addPeer();
    const asset = await listener.open(track.trackId);
    let killed = false;
    const stalls = await play(asset, async (heardS) => {
      if (killed || heardS < 4) return;
      killed = true;
      await harness.kill(seed);
    });
    expect(killed).toBe(true);
    expect(stalls).toBe(0);
  });

  it('keeps a link that works when its peer lost the tracker, and closes it when the peer may be here no more', async () => {
    const { track, seed } = await harnessWithSeed();
    const listener = harness.addPeer();
    const asset = await readWhole(listener, track);
    const linked = () => listener.snapshot().links.some(({ peer }) => peer === seed.peerId);
    expect(linked()).toBe(true);
    harness.tellGone(seed, false);
    expect(linked()).toBe(true);
    harness.tellGone(seed, true);
    await clock.until('the link is closed', () => !linked());
    asset.close();
  });

  it('goes on by itself when the server was away in the middle of a track', async () => {
    const track = await harness.addAsset(10, 4);
    const asset = await harness.addPeer().open(track.trackId);
    await asset.read(0, 100_000);
    harness.origin = 'dead';
    harness.gatewayUp = false;
    const rest = asset.read(100_000, track.plain.length);
    const early = await Promise.race([rest, new Promise((resolve) => clock.after(3000, () => resolve('waiting')))]);
    expect(early).toBe('waiting');
    harness.origin = 'ok';
    expect(Buffer.from(await rest).equals(track.plain.subarray(100_000))).toBe(true);
  });

  it('serves nothing where sharing is off, and again when it is on', async () => {
    const { track, seed } = await harnessWithSeed();
    seed.setMode('off');
    expect(seed.snapshot().notServing).toBe('off');
    const alone = await readWhole(harness.addPeer(), track);
    expect(alone.bytes().peer).toBe(0);
    alone.close();
    seed.setMode('considerate');
    const fed = await readWhole(harness.addPeer(), track);
    expect(fed.bytes().peer).toBeGreaterThan(0);
    expect(seed.snapshot().totals.uploaded).toBeGreaterThan(0);
  });
});

describe('a cache too small for the track', () => {
  it('makes a chunk come once ahead of need and once more when it is read, and not again and again', async () => {
    const track = await harness.addAsset(12, 4);
    const peer = harness.addPeer({ store: new MemoryStore(harness.clock, 3 * 65_552) });
    const asset = await peer.open(track.trackId);
    await play(asset);
    expect(harness.fromOrigin.get(peer.peerId)).toBeLessThan(2.1 * track.sealed.length);
    expect(peer.snapshot().cache.usedBytes).toBeLessThanOrEqual(3 * 65_552);
  });
});

describe('a read', () => {
  it('ends when its signal, the asset or the peer ends, and a new one says so at once', async () => {
    harness.origin = 'dead';
    const track = await harness.addAsset(4, 4);
    const peer = harness.addPeer();
    const [first, second] = [await peer.open(track.trackId), await peer.open(track.trackId)];
    const abort = new AbortController();
    const ends = [
      first.read(0, 10, abort.signal),
      first.read(0, track.plain.length),
      second.read(70_000, 70_001),
      second.read(0, 10),
    ].map((read) =>
      read.then(
        () => 'read',
        (error: Error) => error.name,
      ),
    );
    abort.abort();
    expect(await ends[0]).toBe('AbortError');
    first.close();
    expect(await ends[1]).toBe('AbortError');
    await peer.close();
    expect(await Promise.all(ends)).toEqual(['AbortError', 'AbortError', 'AbortError', 'AbortError']);
    await expect(second.read(0, 1)).rejects.toThrow('closed');
    await expect(peer.open(track.trackId)).rejects.toThrow('closed');
  });

  it('fails with the reason when the version is over, whether the origin or a fact says so', async () => {
    const [gone, withdrawn] = [await harness.addAsset(3, 4), await harness.addAsset(3, 4)];
    const peer = harness.addPeer();
    harness.origin = { refuses: new EnxameError('version_retired', 'The file changed.') };
    const first = await peer.open(gone.trackId);
    await expect(first.read(0, 10)).rejects.toMatchObject({ code: 'version_retired' });
    harness.origin = 'dead';
    const second = await peer.open(withdrawn.trackId);
    const read = second.read(0, 10);
    const { trackId, versionId } = withdrawn;
    harness.tell(newMessage('changed.version', { trackId, versionId, reason: 'withdrawn' }, { actor: null, at: 1 }));
    await expect(read).rejects.toMatchObject({ code: 'track_withdrawn' });
  });
});

describe('a reload', () => {
  it('plays what was cached with no byte from the network, and grants asked ahead need no round trip', async () => {
    const track = await harness.addAsset(6, 4);
    const peerId = newId();
    const store = () =>
      openIdbStore({
        name: `enxame-${peerId}`,
        clock: harness.clock,
        estimate: async () => ({ quota: 1_000_000_000, usage: 0 }),
        log: () => {},
      });
    const before = harness.addPeer({ peerId, store: await store() });
    await readWhole(before, track);
    await before.close();
    harness.origin = 'dead';
    harness.network.cut(peerId);
    const after = harness.addPeer({ peerId, store: await store() });
    after.expectNext(track.trackId, 100);
    await clock.until('granted', () => harness.grants === 2);
    const asset = await readWhole(after, track);
    expect(harness.grants).toBe(2);
    expect(asset.bytes()).toEqual({ cache: track.sealed.length, peer: 0, origin: 0 });
    expect(asset.sources()).toEqual(Array(6).fill('cache'));
    expect(after.snapshot().cache).toMatchObject({ usedBytes: track.sealed.length, assets: 1 });
  });
});
