import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { EnxameError, type ErrorCode } from '@/lib/contracts/errors';
import type { Manifest } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import { FakeAudio, FakeMediaSource } from './testing/fake-media';
import { TrackPlayback } from './track-playback';

const CHUNK = 1000;
const track = someTrack({ durationS: 10 });
const manifest = {
  ...mp3Sound,
  version: 'v'.repeat(22),
  size: 4 * CHUNK,
  chunkSize: CHUNK,
  durationS: 10,
  seek: { header: [], firstAudio: 0, endAudio: 4 * CHUNK, points: [0, 0] },
} as unknown as Manifest;
const DECODE_ERROR = 3;
const PLAIN = `/api/stream/${track.id}?peer=p`;

/** A swarm whose openings and readings fail as they are told, and a play with what it reported. */
function harness({ refused = new Set<string>() } = {}) {
  const audio = new FakeAudio();
  const log: string[] = [];
  const jumps: (number | null)[] = [];
  const failing = { open: [] as ErrorCode[], read: [] as ErrorCode[] };
  let openings = 0;
  const asset = (): OpenAsset => {
    const name = `asset ${++openings}`;
    return {
      manifest,
      grant: {} as OpenAsset['grant'],
      async read(start, end, signal) {
        signal?.throwIfAborted();
        const code = failing.read.shift();
        if (code !== undefined) throw new EnxameError(code, code);
        return new Uint8Array(end - start);
      },
      hint: () => {},
      expectJump: (timeS) => jumps.push(timeS),
      sources: () => [],
      bytes: () => ({ cache: 1, peer: 2, origin: 3 }),
      close: () => log.push(`closed ${name}`),
    };
  };
  const open = vi.fn(async () => {
    const code = failing.open.shift();
    if (code !== undefined) throw new EnxameError(code, code);
    return asset();
  });
  const events = {
    sourceSet: (route: string) => log.push(route),
    duration: (seconds: number) => log.push(`${seconds} s`),
    progress: () => {},
    trouble: (error: { code: ErrorCode } | null) => log.push(error === null ? 'fine' : `trouble: ${error.code}`),
    failed: (error: { code: ErrorCode }) => log.push(`failed: ${error.code}`),
  };
  const swarm = { open } as unknown as SwarmPeer;
  const make = () => new TrackPlayback({ audio: audio.element, swarm, peerId: 'p', refused, events }, track, 0);
  return { audio, log, jumps, failing, open, asset, refused, make };
}

/** What the plain route answers from now on. */
function plainAnswers(status: number, code?: ErrorCode): void {
  const body = { type: `urn:enxame:error:${code}`, title: 'No', status, code };
  vi.stubGlobal('fetch', async () => Object.assign(new Response(null, { status }), { json: async () => body }));
}

/** Until all that does not wait for a timer has happened. */
const settled = () => vi.advanceTimersByTimeAsync(0);
const lastSource = () => FakeMediaSource.made.at(-1);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaSource', FakeMediaSource);
  vi.stubGlobal('MediaError', { MEDIA_ERR_NETWORK: 2 });
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:source');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
  FakeMediaSource.made.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('through the swarm', () => {
  it('opens the track and feeds all of it', async () => {
    const { make, log, audio } = harness();
    const play = make();
    play.begin(null);
    expect(log).toEqual(['swarm']);
    await settled();
    expect(log).toEqual(['swarm', '10 s']);
    // First what sound needs to begin, which may be here before the rest of its chunk.
    expect(lastSource()?.appended).toEqual([128, CHUNK - 128, CHUNK, CHUNK, CHUNK]);
    expect(audio.sources).toEqual(['blob:source']);
    expect(play.bytes()).toEqual({ cache: 1, peer: 2, origin: 3 });
    play.close();
    expect(log.at(-1)).toBe('closed asset 1');
    expect(play.bytes()).toEqual({ cache: 1, peer: 2, origin: 3 });
  });

  it('takes what was opened ahead', async () => {
    const { make, log, open, asset } = harness();
    make().begin(Promise.resolve(asset()));
    await settled();
    expect(open).not.toHaveBeenCalled();
    expect(log).toEqual(['swarm', '10 s']);
  });

  it('tries an opening again until it works', async () => {
    const { make, log, failing } = harness();
    failing.open.push('unavailable', 'timeout');
    make().begin(null);
    await vi.runAllTimersAsync();
    expect(log).toEqual(['swarm', 'trouble: unavailable', 'swarm', 'trouble: timeout', 'swarm', '10 s', 'fine']);
  });

  it('goes on feeding the same asset after a failure that passed', async () => {
    const { make, log, failing, open } = harness();
    failing.read.push('unavailable');
    make().begin(null);
    await settled();
    expect(log).toEqual(['swarm', '10 s', 'trouble: unavailable']);
    await vi.runAllTimersAsync();
    expect(log.at(-1)).toBe('fine');
    expect(open).toHaveBeenCalledOnce();
    expect(FakeMediaSource.made).toHaveLength(1);
  });

  it('feeds what a jump needs while it waits to try again', async () => {
    const { make, log, failing } = harness();
    failing.read.push('unavailable');
    const play = make();
    play.begin(null);
    await settled();
    play.seek(5);
    await settled();
    expect(log.at(-1)).toBe('fine');
    expect(lastSource()?.appended.length).toBeGreaterThan(0);
  });

  it('says where a jump is likely, unless that is buffered', async () => {
    const { make, jumps, audio } = harness();
    const play = make();
    // Nothing is open yet.
    play.aim(3);
    play.begin(null);
    await settled();
    audio.ranges = [[2, 4]];
    for (const timeS of [6, 3, 7, null]) play.aim(timeS);
    expect(jumps).toEqual([6, null, 7, null]);
  });

  it('opens a file that changed once more, and not again', async () => {
    const { make, log, failing } = harness();
    failing.read.push('version_retired');
    const play = make();
    play.begin(null);
    await settled();
    expect(log).toEqual(['swarm', '10 s', 'closed asset 1', 'swarm', '10 s']);
    // What both openings brought counts.
    expect(play.bytes()).toEqual({ cache: 2, peer: 4, origin: 6 });
    failing.read.push('version_retired');
    play.seek(5);
    await settled();
    expect(log.slice(-2)).toEqual(['closed asset 2', 'failed: version_retired']);
  });

  it('says why it cannot be played, and does no more', async () => {
    const { make, log, failing } = harness();
    failing.open.push('track_withdrawn');
    const play = make();
    play.begin(null);
    await settled();
    expect(log).toEqual(['swarm', 'failed: track_withdrawn']);
    play.elementFailed({ code: DECODE_ERROR, message: 'decode' } as MediaError);
    await vi.runAllTimersAsync();
    expect(log).toEqual(['swarm', 'failed: track_withdrawn']);
  });

  it('waits for an audio output, and opens the track again', async () => {
    const { make, log } = harness();
    const play = make();
    play.begin(null);
    await settled();
    const error = { code: DECODE_ERROR, message: 'OnMediaSinkAudioError' } as MediaError;
    play.elementFailed(error);
    // Reported again while it waits.
    play.elementFailed(error);
    expect(log.slice(2)).toEqual(['trouble: unavailable']);
    await vi.runAllTimersAsync();
    expect(log.slice(3)).toEqual(['closed asset 1', 'swarm', '10 s', 'fine']);
  });
});

describe('where MSE does not take the bytes', () => {
  it('plays the plain file, and remembers that', async () => {
    const { make, log, refused, audio } = harness();
    const play = make();
    play.begin(null);
    const source = lastSource();
    if (source) source.refuses = true;
    await settled();
    expect(log).toEqual(['swarm', '10 s', 'closed asset 1', 'plain']);
    expect([...refused]).toEqual([track.id]);
    expect(audio.sources.at(-1)).toBe(PLAIN);
  });

  it('closes unread what is open only then', async () => {
    const { make, log, asset } = harness();
    let open: (asset: OpenAsset) => void = () => {};
    const opened = new Promise<OpenAsset>((resolve) => {
      open = resolve;
    });
    const play = make();
    play.begin(opened);
    play.elementFailed({ code: DECODE_ERROR, message: 'decode' } as MediaError);
    expect(log).toEqual(['swarm', 'plain']);
    open(asset());
    await settled();
    expect(log).toEqual(['swarm', 'plain', 'closed asset 1']);
    expect(play.bytes()).toEqual({ cache: 0, peer: 0, origin: 0 });
  });
});

describe('the plain file', () => {
  const plain = () => {
    const made = harness({ refused: new Set([track.id]) });
    const play = made.make();
    play.begin(null);
    made.audio.readyState = made.audio.HAVE_METADATA;
    made.audio.currentTime = 4;
    return { ...made, play, fails: (code = DECODE_ERROR) => play.elementFailed({ code, message: '' } as MediaError) };
  };

  it('is played without asking the swarm, and what was opened ahead is closed', async () => {
    const { make, log, open, asset } = harness({ refused: new Set([track.id]) });
    make().begin(Promise.resolve(asset()));
    await settled();
    expect(log).toEqual(['plain', 'closed asset 1']);
    expect(open).not.toHaveBeenCalled();
  });

  it('is played again from the same position when the server was away', async () => {
    const { log, fails, audio } = plain();
    plainAnswers(503, 'unavailable');
    fails();
    // Reported again while the server is asked.
    fails();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['plain', 'trouble: unavailable', 'plain']);
    expect(audio.sources).toEqual([PLAIN, PLAIN]);
    expect(audio.currentTime).toBe(4);
  });

  it('is given up when the server refuses it', async () => {
    const { log, fails } = plain();
    plainAnswers(403, 'track_withdrawn');
    fails();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['plain', 'failed: track_withdrawn']);
  });

  it('is tried once more when it is served and yet not decoded', async () => {
    const { log, fails } = plain();
    plainAnswers(200);
    fails();
    await vi.runAllTimersAsync();
    fails();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['plain', 'trouble: unavailable', 'plain', 'failed: format_unsupported']);
  });
});

describe('closed', () => {
  it('while the track is opened: what comes is closed', async () => {
    const { make, log } = harness();
    const play = make();
    play.begin(null);
    play.close();
    await settled();
    expect(log).toEqual(['swarm', 'closed asset 1']);
  });

  it('while it waits to try again: it does not', async () => {
    const { make, log, failing, open } = harness();
    failing.open.push('unavailable');
    const play = make();
    play.begin(null);
    await settled();
    play.close();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['swarm', 'trouble: unavailable']);
    expect(open).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while the server is asked why the plain file failed: nothing follows', async () => {
    const { make, log } = harness({ refused: new Set([track.id]) });
    plainAnswers(503, 'unavailable');
    const play = make();
    play.begin(null);
    play.elementFailed({ code: DECODE_ERROR, message: '' } as MediaError);
    play.close();
    await vi.runAllTimersAsync();
    expect(log).toEqual(['plain']);
  });
});
