/** The harness page: the real player over a peer that reads files by HTTP and remembers which chunks it was asked for. */
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError, type ErrorCode } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Manifest } from '@/lib/contracts/manifest';
import type { PlayEvent, Player } from '@/lib/player/api';
import { PlaybackController } from '@/lib/player/controller';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { idOf, nameOf } from './names';

export interface Harness {
  player: Player;
  audio: HTMLAudioElement;
  events: PlayEvent[];
  /** Chunk numbers read since the last `forget`, ascending. */
  chunks(): number[];
  forget(): void;
  manifest(name: string): Promise<Manifest>;
  /** Loudest pitch that sounds now, in Hz. */
  pitchHz(): Promise<number>;
  /** From the press to the first moment `currentTime` has moved, in ms. */
  pressToSound(name: string, mime: string): Promise<number>;
  track(name: string, mime: string): Track;
  /** Lets the peer fail: `times` openings or readings of a file, the readings only past a byte. */
  fail(failure: Failure): void;
  /** From now on chunks of these numbers come, and the others never do; null: all do. */
  only(chunks: number[] | null): void;
  /** Openings of the peer so far, by name. */
  opened: string[];
  /** Names whose grants were asked ahead. */
  prepared: string[];
}

interface Failure {
  name: string;
  at: 'open' | 'read';
  code: ErrorCode | 'scrambled';
  times: number;
  fromByte?: number;
}

interface FakePeer extends SwarmPeer {
  chunks: Set<number>;
  coming: { only: Set<number> | null };
  failures: Failure[];
  opened: string[];
  prepared: string[];
}

/** Keeps the chunks of an opening, as a peer's cache would. */
function fakePeer(manifestOf: (name: string) => Promise<Manifest>): FakePeer {
  const chunks = new Set<number>();
  const coming: FakePeer['coming'] = { only: null };
  const failures: Failure[] = [];
  const opened: string[] = [];
  const prepared: string[] = [];
  /** @returns whether what is read is to be scrambled */
  const failing = (name: string, at: Failure['at'], byte: number): boolean => {
    const failure = failures.find((f) => f.name === name && f.at === at && f.times > 0 && byte >= (f.fromByte ?? 0));
    if (!failure) return false;
    failure.times--;
    if (failure.code === 'scrambled') return true;
    throw new EnxameError(failure.code, `The harness says: ${failure.code}.`);
  };
  const open = async (trackId: string): Promise<OpenAsset> => {
    const name = nameOf(trackId);
    opened.push(name);
    failing(name, 'open', 0);
    const manifest = await manifestOf(name);
    const cache = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
    const chunk = (n: number) => {
      const kept = cache.get(n);
      if (kept) return kept;
      chunks.add(n);
      if (coming.only?.has(n) === false) return new Promise<never>(() => {});
      const start = n * manifest.chunkSize;
      const end = Math.min(start + manifest.chunkSize, manifest.size);
      const fetched = fetch(`/music/${name}`, { headers: { Range: `bytes=${start}-${end - 1}` }, cache: 'no-store' })
        .then((response) => response.arrayBuffer())
        .then((buffer) => new Uint8Array(buffer));
      cache.set(n, fetched);
      return fetched;
    };
    return {
      manifest,
      // The player reads nothing else of a grant.
      grant: { plainUrl: '' } as OpenAsset['grant'],
      async read(start, end, signal) {
        signal?.throwIfAborted();
        const out = new Uint8Array(end - start);
        if (failing(name, 'read', start)) return out;
        for (let n = Math.floor(start / manifest.chunkSize); n * manifest.chunkSize < end; n++) {
          const bytes = await chunk(n);
          signal?.throwIfAborted();
          const from = Math.max(start, n * manifest.chunkSize);
          const to = Math.min(end, n * manifest.chunkSize + bytes.length);
          out.set(bytes.subarray(from - n * manifest.chunkSize, to - n * manifest.chunkSize), from - start);
        }
        return out;
      },
      hint() {},
      expectJump() {},
      sources: () => [],
      bytes: () => ({ cache: 0, peer: 0, origin: cache.size * manifest.chunkSize }),
      close() {},
    };
  };
  return {
    chunks,
    coming,
    failures,
    opened,
    prepared,
    peerId: newId(),
    open,
    expectNext(trackId) {
      if (trackId !== null && prepared.at(-1) !== nameOf(trackId)) prepared.push(nameOf(trackId));
    },
    expectPress() {},
    setMode() {},
    snapshot: () => {
      throw new Error('the harness has no swarm');
    },
    subscribe: () => () => {},
    close: async () => {},
  };
}

function start(): Harness {
  const manifests = new Map<string, Promise<Manifest>>();
  const manifestOf = (name: string) => {
    const known = manifests.get(name) ?? fetch(`/manifest/${name}`).then((response) => response.json());
    manifests.set(name, known);
    return known;
  };
  const events: PlayEvent[] = [];
  const audio = new Audio();
  const peer = fakePeer(manifestOf);
  const player = new PlaybackController({
    swarm: peer,
    noSharing: null,
    peerId: peer.peerId,
    onPlay: (event) => events.push(event),
    audio,
  });
  let analyser: AnalyserNode | null = null;

  const track = (name: string, mime: string): Track => ({
    id: idOf(name),
    title: name,
    artist: 'Enxame',
    artistId: idOf('artist'),
    album: 'Tests',
    albumId: idOf('album'),
    trackNo: null,
    discNo: null,
    durationS: 120,
    coverId: null,
    mime,
    withdrawn: false,
    missing: false,
  });

  return {
    player,
    audio,
    events,
    track,
    chunks: () => [...peer.chunks].sort((a, b) => a - b),
    forget: () => peer.chunks.clear(),
    fail: (failure) => peer.failures.push(failure),
    only: (chunks) => {
      peer.coming.only = chunks && new Set(chunks);
    },
    opened: peer.opened,
    prepared: peer.prepared,
    manifest: manifestOf,
    async pitchHz() {
      if (!analyser) {
        const context = new AudioContext();
        void context.resume();
        analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
        context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
      }
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      const loudest = bins.indexOf(Math.max(...bins));
      return bins[loudest] === -Infinity ? 0 : (loudest * analyser.context.sampleRate) / analyser.fftSize;
    },
    async pressToSound(name, mime) {
      await manifestOf(name);
      const pressed = performance.now();
      player.playNow([track(name, mime)], 0);
      while (audio.currentTime === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      const ms = performance.now() - pressed;
      player.clear();
      return ms;
    },
  };
}

declare global {
  var harness: Harness;
}
globalThis.harness = start();
