import { describe, expect, it } from 'vitest';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import { chooseWay } from './choose';
import { ChunkReader } from './chunk-reader';
import { prepareFlac } from './flac-corrections';
import { rawSegments } from './raw';
import type { Bytes } from './segments';
import { fileFrom } from './virtual-file';

const CHUNK = 1024;

/** A file of which every byte says where it is; remembers what was read. */
function numbered(size: number) {
  const file = Uint8Array.from({ length: size }, (_, i) => i % 251);
  const reads: [number, number][] = [];
  const bytes: Bytes = {
    async read(start, end, signal) {
      signal?.throwIfAborted();
      reads.push([start, end]);
      return file.slice(start, end);
    },
  };
  return { file, reads, bytes };
}

function manifest(change: Partial<ManifestHeader>): ManifestHeader {
  return {
    version: 'v'.repeat(22),
    size: 10_000,
    chunkSize: CHUNK,
    ...mp3Sound,
    durationS: 10,
    seek: { header: [], firstAudio: 500, endAudio: 9500, points: [0, 500, 4000, 5000, 8000, 7000] },
    ...change,
  };
}
const never = new AbortController().signal;

describe('reading by chunks', () => {
  it('reads each chunk once, and none before it is needed', async () => {
    const { file, reads, bytes } = numbered(5000);
    const reader = new ChunkReader(bytes, manifest({ size: 5000 }), never);
    expect(await reader.read(3100, 3110)).toEqual(file.slice(3100, 3110));
    expect(await reader.read(3000, 3100)).toEqual(file.slice(3000, 3100));
    expect(reads.map(([start]) => start / CHUNK)).toEqual([3, 2]);
    expect(await reader.read(4990, 5000)).toEqual(file.slice(4990, 5000));
    expect(reads.length).toBe(3);
  });

  it('does not grow with the file', async () => {
    const { reads, bytes } = numbered(CHUNK * 100);
    const reader = new ChunkReader(bytes, manifest({ size: CHUNK * 100 }), never);
    for (let n = 0; n < 100; n++) await reader.read(n * CHUNK, n * CHUNK + 1);
    expect(reads.length).toBe(100);
    await reader.read(0, 1);
    expect(reads.length).toBe(101);
  });

  it('passes on what the asset throws', async () => {
    const broken: Bytes = { read: () => Promise.reject(new Error('gone')) };
    await expect(new ChunkReader(broken, manifest({ size: 5000 }), never).read(0, 10)).rejects.toThrow('gone');
  });
});

describe('a file from the middle', () => {
  it('is the header and what follows the byte, without what is between', async () => {
    const { file, bytes } = numbered(10_000);
    const reader = new ChunkReader(bytes, manifest({}), never);
    const ogg = manifest({
      container: 'ogg',
      seek: { header: [0, 100, 200, 300], firstAudio: 400, endAudio: 9900, points: [] },
    });
    const virtual = fileFrom(reader, ogg, 5000);
    expect(virtual.size).toBe(200 + 4900);
    const whole = [...file.slice(0, 100), ...file.slice(200, 300), ...file.slice(5000, 9900)];
    expect([...(await virtual.read(0, virtual.size))]).toEqual(whole);
    expect([...(await virtual.read(90, 210))]).toEqual(whole.slice(90, 210));
  });

  it('says of a FLAC header that it is the last, and leaves the chunk as it was', async () => {
    const { bytes } = numbered(10_000);
    const reader = new ChunkReader(bytes, manifest({}), never);
    const flac = manifest({
      container: 'flac',
      seek: { header: [0, 42], firstAudio: 400, endAudio: 9900, points: [] },
    });
    const virtual = prepareFlac(fileFrom(reader, flac, 5000));
    expect((await virtual.read(4, 5))[0]).toBe(4 | 0x80);
    expect((await virtual.read(0, 42))[4]).toBe(4 | 0x80);
    expect((await virtual.read(5, 42))[0]).toBe(5);
    expect((await reader.read(4, 5))[0]).toBe(4);
  });
});

describe('raw MP3', () => {
  it('begins at the point before, says its time once, and ends with the sound', async () => {
    const { file, bytes } = numbered(10_000);
    const parts = [];
    for await (const part of rawSegments('audio/mpeg', bytes, manifest({})).start(5.5, never)) parts.push(part);
    expect(parts.map((part) => part.timestampOffset)).toEqual([
      4,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(parts.flatMap((part) => [...part.data])).toEqual([...file.slice(5000, 9500)]);
  });
});

describe('raw MP3 that is not here yet', () => {
  it('asks first for what sound needs, and then for the rest, chunk by chunk', async () => {
    const { file, reads, bytes } = numbered(10_000);
    const parts = [];
    for await (const { data } of rawSegments('audio/mpeg', bytes, manifest({})).start(0, never)) parts.push(data);
    // 0.32 s of 1,125 bytes a second.
    expect(reads.slice(0, 3)).toEqual([
      [500, 860],
      [860, 1024],
      [1024, 2048],
    ]);
    expect(Buffer.concat(parts)).toEqual(Buffer.from(file.slice(500, 9500)));
  });
});

describe('raw MP3 whose encoder says what it added', () => {
  const lame = manifest({ priming: 1105 });
  const offsetAt = async (timeS: number) => {
    const { bytes } = numbered(10_000);
    for await (const { timestampOffset } of rawSegments('audio/mpeg', bytes, lame).start(timeS, never)) {
      return timestampOffset;
    }
    return null;
  };

  it.each([
    ['from the start: before 0, less what the browser drops of itself', 0, -576 / 44_100],
    ['after a jump: the same later than the point', 5.5, 4 + 529 / 44_100],
  ])('plays %s', async (_, timeS, offsetS) => {
    expect(await offsetAt(timeS)).toBeCloseTo(offsetS, 9);
  });
});

describe('the way in', () => {
  const chromium = (mime: string) => !/mp3/.test(mime);
  const firefox = (mime: string) => mime !== 'audio/mpeg';
  it.each([
    ['mp3', 'mp3', 'raw audio/mpeg', 'remux audio/mp4; codecs="mp3"'],
    ['flac', 'flac', 'remux audio/mp4; codecs="flac"', 'remux audio/mp4; codecs="flac"'],
    ['ogg', 'opus', 'remux audio/mp4; codecs="opus"', 'remux audio/mp4; codecs="opus"'],
    ['ogg', 'vorbis', 'remux audio/webm; codecs="vorbis"', 'remux audio/webm; codecs="vorbis"'],
    ['ogg', 'flac', null, null],
    ['mp4', 'mp4a.40.2', 'remux audio/mp4; codecs="mp4a.40.2"', 'remux audio/mp4; codecs="mp4a.40.2"'],
    ['mp4', 'alac', null, null],
    ['wav', 'pcm', null, null],
  ] as const)('of %s with %s is %s in Chromium, %s in Firefox', (container, codec, inChromium, inFirefox) => {
    const shown = (supported: (mime: string) => boolean) => {
      const way = chooseWay({ container, codec }, supported);
      return way && `${way.kind} ${way.mime}`;
    };
    expect([shown(chromium), shown(firefox)]).toEqual([inChromium, inFirefox]);
  });

  it('is none where the browser takes nothing of it', () => {
    expect(chooseWay({ container: 'flac', codec: 'flac' }, () => false)).toBeNull();
  });
});
