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
  /** The second element, once tracks were crossfaded. */
  second: HTMLAudioElement | null;
  events: PlayEvent[];
  /** Chunk numbers read since the last `forget`, ascending. */
  chunks(): number[];
  forget(): void;
  manifest(name: string): Promise<Manifest>;
  /** Loudest pitch that sounds now, in Hz. */
  pitchHz(): Promise<number>;
  /** How loud this pitch sounds now, from all elements together, in dB. */
  loudnessOf(hz: number): number;
  /** From the press to the first moment `currentTime` has moved, in ms. */
  pressToSound(name: string, mime: string): Promise<number>;
  track(name: string, mime: string): Track;
  /**
   * Plays tracks from the first to the last, and records what sounds. Inside of each it pauses until the next one is buffered behind it, so that
   * no slow machine leaves a gap. @returns samples of one channel at `rateHz`, as base64 of 32-bit floats
   */
  playThrough(tracks: { name: string; mime: string }[], rateHz: number): Promise<string>;
  /** Lets the peer fail: `times` openings or readings of a file, the readings only past a byte. */
  fail(failure: Failure): void;
  /** From now on chunks of these numbers come, and the others never do; null: all do. */
  only(chunks: number[] | null): void;
  /** Openings of the peer so far, by name. */
  opened: string[];
  /** Names whose grants were asked ahead. */
  prepared: string[];
}

/** A multiple of the 128 samples that Web Audio renders at once. */
const RECORDED_AT_ONCE = 8192;

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
    makeAudio() {
      const second = new Audio();
      harness.second = second;
      if (analyser !== null) hear(second, analyser);
      return second;
    },
  });
  let analyser: AnalyserNode | null = null;
  /** All that the elements play, from now on. */
  const spectrum = () => {
    if (analyser === null) {
      const context = new AudioContext();
      void context.resume();
      analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      analyser.connect(context.destination);
      for (const element of [audio, harness.second]) if (element !== null) hear(element, analyser);
    }
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    return { bins, binHz: analyser.context.sampleRate / analyser.fftSize };
  };

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

  const harness: Harness = {
    player,
    audio,
    second: null,
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
      const { bins, binHz } = spectrum();
      const loudest = bins.indexOf(Math.max(...bins));
      return bins[loudest] === -Infinity ? 0 : loudest * binHz;
    },
    loudnessOf(hz) {
      const { bins, binHz } = spectrum();
      const at = Math.round(hz / binHz);
      return Math.max(...bins.subarray(at - 1, at + 2));
    },
    async playThrough(tracks, rateHz) {
      const recorded = await recordElement(audio, rateHz);
      const durations = await Promise.all(tracks.map(async ({ name }) => (await manifestOf(name)).durationS));
      const startOf = (index: number) => durations.slice(0, index).reduce((sum, seconds) => sum + seconds, 0);
      const bufferedS = () => (audio.buffered.length === 0 ? 0 : audio.buffered.end(audio.buffered.length - 1));
      player.playNow(
        tracks.map(({ name, mime }) => track(name, mime)),
        0,
      );
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          const { index, status } = player.state();
          if (status === 'ended' || status === 'error') {
            clearInterval(timer);
            resolve();
            return;
          }
          const isLast = index === tracks.length - 1;
          const isJoined = isLast || bufferedS() > startOf(index + 1) + 0.5 * (durations[index + 1] ?? 0);
          if (isJoined && status === 'paused') player.play();
          if (!isJoined && status === 'playing' && audio.currentTime > startOf(index) + 0.4) player.pause();
        }, 10);
      });
      return await recorded();
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
  return harness;
}

function hear(element: HTMLAudioElement, analyser: AnalyserNode): void {
  const { context } = analyser;
  (context as AudioContext).createMediaElementSource(element).connect(analyser);
}

/** Records all that the element plays from now on. @returns ends it, and gives what was recorded */
async function recordElement(audio: HTMLAudioElement, rateHz: number): Promise<() => Promise<string>> {
  const context = new AudioContext({ sampleRate: rateHz });
  // In pieces, so that the page is told a few times a second.
  const worklet = `registerProcessor('recorder', class extends AudioWorkletProcessor {
    samples = new Float32Array(${RECORDED_AT_ONCE});
    length = 0;
    process([input]) {
      const block = input[0] ?? new Float32Array(128);
      this.samples.set(block, this.length);
      this.length += block.length;
      if (this.length === this.samples.length) {
        this.port.postMessage(this.samples.slice());
        this.length = 0;
      }
      return true;
    }
  });`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const recorder = new AudioWorkletNode(context, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
  const pieces: Float32Array[] = [];
  recorder.port.onmessage = ({ data }) => pieces.push(data);
  context.createMediaElementSource(audio).connect(recorder);
  recorder.connect(new GainNode(context, { gain: 0 })).connect(context.destination);
  await context.resume();
  return async () => {
    const until = pieces.length + 4;
    while (pieces.length < until) await new Promise((resolve) => setTimeout(resolve, 10));
    await context.close();
    const reader = new FileReader();
    reader.readAsDataURL(new Blob(pieces as BlobPart[]));
    await new Promise((resolve) => {
      reader.onload = resolve;
    });
    return String(reader.result).replace(/^[^,]*,/, '');
  };
}

declare global {
  var harness: Harness;
}
globalThis.harness = start();
