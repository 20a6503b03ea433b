/** For tests of the whole player: tracks of ten seconds, whose bytes come at once, in a browser whose media elements do what they are told. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { Manifest } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import type { OpenAsset } from '@/lib/swarm/api';
import { FakeMediaSource } from './fake-media';

export const SECONDS = 10;
const CHUNK = 1000;
const manifest = {
  ...mp3Sound,
  version: 'v'.repeat(22),
  size: 4 * CHUNK,
  chunkSize: CHUNK,
  durationS: SECONDS,
  seek: { header: [], firstAudio: 0, endAudio: 4 * CHUNK, points: [0, 0, 5000, 2000] },
} as unknown as Manifest;

export function shortTrack(title: string, change: Partial<Track> = {}): Track {
  return someTrack({ id: title.padEnd(22, '_'), title, durationS: SECONDS, mime: 'audio/mpeg', ...change });
}

/** One of these as the swarm opens it. */
export function openShort(
  close: () => void,
  read: OpenAsset['read'] = async (start, end) => new Uint8Array(end - start),
): OpenAsset {
  return {
    manifest,
    grant: {} as OpenAsset['grant'],
    read,
    hint: () => {},
    expectJump: () => {},
    sources: () => [],
    bytes: () => ({ cache: 1, peer: 0, origin: 0 }),
    close,
  };
}

/** Each test of the file has a clock that it moves, and a MediaSource that takes these tracks. */
export function setUpFakeBrowser(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('MediaSource', FakeMediaSource);
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:source');
    vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
    FakeMediaSource.made.length = 0;
    FakeMediaSource.bytesPerSecond = (4 * CHUNK) / SECONDS;
  });
  afterEach(() => {
    FakeMediaSource.bytesPerSecond = 0;
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
