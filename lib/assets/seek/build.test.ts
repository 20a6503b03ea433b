import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSeekIndex } from './build';
import { FRAME_SLACK_BYTES, frameIn, framePlace } from './frame-place';
import type { RandomAccess } from './reader';

const run = promisify(execFile);
const SECONDS = 6;

/** Real files, made by ffmpeg: name, how to encode, what must be found. */
const formats = [
  { name: 'cbr.mp3', args: ['-b:a', '128k', '-write_id3v1', '1'], codec: 'mp3', container: 'mp3' },
  { name: 'vbr.mp3', args: ['-q:a', '4'], codec: 'mp3', container: 'mp3' },
  { name: 'bare.mp3', args: ['-write_xing', '0', '-id3v2_version', '0', '-ac', '1'], codec: 'mp3', container: 'mp3' },
  { name: 'mpeg2.mp3', args: ['-ar', '22050', '-b:a', '48k'], codec: 'mp3', container: 'mp3' },
  { name: '16.flac', args: ['-sample_fmt', 's16'], codec: 'flac', container: 'flac' },
  { name: '24.flac', args: ['-sample_fmt', 's32', '-ar', '96000'], codec: 'flac', container: 'flac' },
  { name: 'a.ogg', args: ['-c:a', 'libvorbis'], codec: 'vorbis', container: 'ogg' },
  { name: 'a.opus', args: ['-c:a', 'libopus', '-b:a', '64k'], codec: 'opus', container: 'ogg' },
  { name: 'a.m4a', args: ['-c:a', 'aac'], codec: 'mp4a.40.2', container: 'mp4' },
  { name: 'fast.m4a', args: ['-c:a', 'aac', '-movflags', '+faststart'], codec: 'mp4a.40.2', container: 'mp4' },
  { name: 'alac.m4a', args: ['-c:a', 'alac', '-sample_fmt', 's16p'], codec: 'alac', container: 'mp4' },
  { name: '16.wav', args: [], codec: 'pcm', container: 'wav' },
  { name: '24.wav', args: ['-c:a', 'pcm_s24le'], codec: 'pcm', container: 'wav' },
] as const;

const expected: Record<string, object> = {
  'bare.mp3': { channels: 1 },
  'mpeg2.mp3': { sampleRate: 22_050 },
  '16.flac': { bitsPerSample: 16 },
  '24.flac': { bitsPerSample: 24, sampleRate: 96_000 },
  'a.opus': { sampleRate: 48_000 },
  '24.wav': { bitsPerSample: 24 },
  'alac.m4a': { bitsPerSample: 16 },
};

let folder: string;
const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-seek-'));
  // Brown noise, so that frames of FLAC and of variable rates differ in length.
  const source = ['-f', 'lavfi', '-i', `anoisesrc=c=brown:d=${SECONDS}:r=44100:seed=7`];
  const common = ['-ac', '2', '-metadata', 'title=Sound'];
  const outputs = formats.flatMap(({ name, args }) => [...common, ...args, join(folder, name)]);
  await run('ffmpeg', ['-v', 'error', ...source, ...outputs]);
  for (const { name } of formats) files.set(name, await readFile(join(folder, name)));
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function bytesOf(name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
}

function inMemory(bytes: Uint8Array): RandomAccess & { bytesRead: number } {
  return {
    size: bytes.length,
    bytesRead: 0,
    read(start, end) {
      if (start < 0 || end > bytes.length || start >= end) throw new RangeError(`read of ${start} to ${end}`);
      this.bytesRead += end - start;
      return Promise.resolve(bytes.subarray(start, end));
    },
  };
}

const index = (bytes: Uint8Array) => buildSeekIndex(inMemory(bytes));

/** What ffprobe's demuxer says of each packet. */
async function packets(name: string): Promise<{ timeS: number; byte: number }[]> {
  const args = ['-v', 'error', '-show_entries', 'packet=pts_time,pos', '-of', 'json', join(folder, name)];
  const { stdout } = await run('ffprobe', args, { maxBuffer: 1e8 });
  const parsed = JSON.parse(stdout) as { packets: { pts_time: string; pos: string }[] };
  return parsed.packets.map((packet) => ({ timeS: Number(packet.pts_time), byte: Number(packet.pos) }));
}

/** Silent frames of 128 kbit/s and 44.1 kHz, with an information frame before them. */
function mp3With(tag: { encoder: string; delay: number; padding: number; frames?: number; sound?: number }): Buffer {
  const { encoder, delay, padding, sound = 20, frames = sound } = tag;
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9064);
  const info = Buffer.from(frame);
  info.write('Info', 36, 'ascii');
  info.writeUInt32BE(0xf, 40);
  info.writeUInt32BE(frames, 44);
  info.write(encoder, 156, 'ascii');
  info.writeUIntBE(delay * 4096 + padding, 156 + 21, 3);
  return Buffer.concat([info, ...Array.from({ length: sound }, () => frame)]);
}

/** Puts iTunes' tag in front of all else in `moov`, which comes last in the file. */
function withItunesTag(file: Uint8Array, text: string): Buffer {
  const bytes = Buffer.from(file);
  const box = (type: string, ...parts: Buffer[]) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + Buffer.concat(parts).length);
    head.write(type, 4, 'ascii');
    return Buffer.concat([head, ...parts]);
  };
  const full = Buffer.alloc(4);
  const item = box(
    '----',
    box('mean', full, Buffer.from('com.apple.iTunes')),
    box('name', full, Buffer.from('iTunSMPB')),
    box('data', Buffer.alloc(8), Buffer.from(text)),
  );
  const udta = box('udta', box('meta', full, box('ilst', item)));
  const moov = bytes.lastIndexOf('moov') - 4;
  bytes.writeUInt32BE(bytes.readUInt32BE(moov) + udta.length, moov);
  return Buffer.concat([bytes.subarray(0, moov + 8), udta, bytes.subarray(moov + 8)]);
}

function pairs(points: number[]): { timeS: number; byte: number }[] {
  return Array.from({ length: points.length / 2 }, (_, i) => ({
    timeS: (points[i * 2] ?? Number.NaN) / 1000,
    byte: points[i * 2 + 1] ?? Number.NaN,
  }));
}

describe('buildSeekIndex', { timeout: 30_000 }, () => {
  it.each(formats)('knows $name', async ({ name, codec, container }) => {
    const found = await index(bytesOf(name));
    expect(found).toMatchObject({ codec, container, sampleRate: 44_100, channels: 2, ...expected[name] });
    expect(found.size).toBe(bytesOf(name).length);
    // Encoders that work in frames add up to a frame at each end.
    expect(Math.abs(found.durationS - SECONDS)).toBeLessThan(0.11);
    const { firstAudio, endAudio } = found.seek;
    expect(firstAudio).toBeLessThan(endAudio);
    expect(endAudio).toBeLessThanOrEqual(found.size);
  });

  it.each(['cbr.mp3', 'vbr.mp3', 'bare.mp3', 'mpeg2.mp3', '16.flac', '24.flac'])(
    'puts the points of %s exactly at frames',
    async (name) => {
      const { seek, priming = 0, sampleRate } = await index(bytesOf(name));
      const frames = new Map((await packets(name)).map(({ byte, timeS }) => [byte, timeS]));
      const points = pairs(seek.points);
      expect(points.length).toBeGreaterThanOrEqual(SECONDS - 1);
      expect(points[0]).toEqual({ timeS: 0, byte: seek.firstAudio });
      // ffprobe's times begin with the first frame.
      const early = priming / sampleRate;
      for (const { timeS, byte } of points.slice(1)) expect(frames.get(byte)).toBeCloseTo(timeS + early, 2);
    },
  );

  it.each(['cbr.mp3', 'mpeg2.mp3', 'bare.mp3'])('tells where frames of %s lie between the points', async (name) => {
    const bytes = bytesOf(name);
    const found = await index(bytes);
    const frames = await packets(name);
    const early = (found.priming ?? 0) / found.sampleRate;
    let places = 0;
    for (let timeS = 0; timeS < SECONDS - 1; timeS += 0.0917) {
      const place = framePlace(found, timeS);
      if (place === null) continue;
      places++;
      const start = place.byte - FRAME_SLACK_BYTES;
      const at = frameIn(bytes.subarray(start, start + 4000), place.frameBytes);
      const frame = frames.find(({ byte }) => byte === start + (at ?? Number.NaN));
      expect(frame?.timeS).toBeCloseTo(place.timeS + early, 2);
      // Near enough to sound soon, and early enough for a decoder to have begun.
      expect(timeS - place.timeS).toBeGreaterThan(0.026);
      expect(timeS - place.timeS).toBeLessThan(0.11);
    }
    expect(places).toBeGreaterThan(35);
  });

  it.each(['vbr.mp3', '16.flac', 'a.opus', 'a.m4a'])('tells no frames of %s but the points', async (name) => {
    const found = await index(bytesOf(name));
    for (let timeS = 0; timeS < SECONDS; timeS += 0.1) expect(framePlace(found, timeS)).toBeNull();
  });

  it.each([
    ['cbr.mp3', 576 + 529],
    ['vbr.mp3', 576 + 529],
    ['mpeg2.mp3', 576 + 529],
    ['16.flac', 0],
    ['24.flac', 0],
    ['a.ogg', 0],
    ['a.opus', 312],
    ['a.m4a', 1024],
    ['fast.m4a', 1024],
  ])('knows what of %s is heard, to the sample', async (name, priming) => {
    const found = await index(bytesOf(name));
    expect(found.priming).toBe(priming);
    expect(found.durationS * found.sampleRate).toBeCloseTo(SECONDS * found.sampleRate, 3);
  });

  it('takes all of an MP3 whose encoder says nothing', async () => {
    const { priming, durationS } = await index(bytesOf('bare.mp3'));
    expect(priming).toBe(0);
    expect(durationS).toBeGreaterThan(SECONDS);
  });

  it.each([
    ['LAME', { encoder: 'LAME3.100', delay: 576, padding: 1_000 }, 576 + 529, 20 * 1152 - 1_576],
    ['an old LAME', { encoder: 'L3.96', delay: 1_105, padding: 600 }, 1_105 + 529, 20 * 1152 - 1_705],
    [
      'a padding shorter than the decoder’s delay',
      { encoder: 'LAME3.100', delay: 576, padding: 100 },
      1_105,
      20 * 1152 - 1_105,
    ],
    [
      'frames that were cut off',
      { encoder: 'LAME3.100', delay: 576, padding: 1_000, frames: 100 },
      1_105,
      20 * 1152 - 1_105,
    ],
    ['another encoder', { encoder: 'Xing', delay: 576, padding: 1_000 }, 0, 20 * 1152],
    ['more than there is', { encoder: 'LAME3.100', delay: 4_095, padding: 4_095, sound: 5 }, 0, 5 * 1152],
  ])('believes %s', async (_, tag, priming, samples) => {
    const found = await index(mp3With(tag));
    expect([found.priming, Math.round(found.durationS * 44_100)]).toEqual([priming, samples]);
  });

  it.each([
    ['iTunes', ' 00000000 00000840 000001C0 00000000000407E0', 2112, 264_160],
    ['a tag of another sample rate', ' 00000000 00000840 000001C0 00000000000207E0', 1024, SECONDS * 44_100],
    ['a tag of nothing', ' x', 1024, SECONDS * 44_100],
  ])('believes %s', async (_, text, priming, samples) => {
    const found = await index(withItunesTag(bytesOf('a.m4a'), text));
    expect([found.priming, Math.round(found.durationS * 44_100)]).toEqual([priming, samples]);
  });

  it.each(['a.ogg', 'a.opus'])('puts the points of %s at pages', async (name) => {
    const { seek } = await index(bytesOf(name));
    const starts = new Map<number, number>();
    for (const { byte, timeS } of await packets(name)) if (!starts.has(byte)) starts.set(byte, timeS);
    const points = pairs(seek.points);
    expect(points.length).toBeGreaterThanOrEqual(2);
    expect(points[0]).toEqual({ timeS: 0, byte: seek.firstAudio });
    for (const { timeS, byte } of points) {
      expect(Math.abs((starts.get(byte) ?? Number.NaN) - timeS)).toBeLessThan(0.03);
    }
    expect(seek.header).toEqual([0, seek.firstAudio]);
  });

  it('plays FLAC from a point with the short header alone', async () => {
    const bytes = bytesOf('16.flac');
    const { seek } = await index(bytes);
    const point = pairs(seek.points)[3] ?? { timeS: 0, byte: 0 };
    const [start, end] = seek.header;
    const header = Uint8Array.from(bytes.subarray(start, end));
    header[4] = (header[4] ?? 0) | 0x80;
    const decode = async (flac: Uint8Array, fromS: number) => {
      const child = run('ffmpeg', ['-v', 'error', '-f', 'flac', '-i', '-', '-f', 's16le', '-'], {
        encoding: 'buffer',
        maxBuffer: 1e8,
      });
      child.child.stdin?.end(flac);
      return (await child).stdout.subarray(Math.round(fromS * 44_100) * 4);
    };
    const cut = await decode(Buffer.concat([header, bytes.subarray(point.byte)]), 0);
    expect(cut.length).toBeGreaterThan(44_100);
    expect(cut.equals((await decode(bytes, 0)).subarray(-cut.length))).toBe(true);
  });

  it('leaves tags and the Xing frame out of the sound', async () => {
    const bytes = bytesOf('cbr.mp3');
    const first = (await packets('cbr.mp3'))[0];
    const { seek } = await index(bytes);
    expect(seek.firstAudio).toBe(first?.byte);
    expect(seek.endAudio).toBe(bytes.length - 128);
  });

  it('skips an APE tag, a second ID3 tag and padding', async () => {
    const bare = bytesOf('bare.mp3');
    const ape = Buffer.alloc(64);
    ape.write('APETAGEX', 32, 'ascii');
    ape.writeUInt32LE(64, 32 + 12);
    const id3 = Buffer.from('ID3\x03\0\0\0\0\x01\0'.padEnd(10 + 128, '\0'), 'ascii');
    const { seek } = await index(Buffer.concat([id3, id3, Buffer.alloc(700), bare, ape]));
    expect(seek.firstAudio).toBe(2 * 138 + 700);
    expect(seek.endAudio).toBe(2 * 138 + 700 + bare.length);
  });

  it('finds moov behind and before the sound', async () => {
    for (const [name, moovFirst] of [
      ['a.m4a', false],
      ['fast.m4a', true],
    ] as const) {
      const { seek } = await index(bytesOf(name));
      const [ftypStart, ftypEnd, moovStart = 0, moovEnd] = seek.header;
      expect([ftypStart, ftypEnd]).toEqual([0, 28]);
      expect(moovStart < seek.firstAudio).toBe(moovFirst);
      expect(Buffer.from(bytesOf(name).subarray(moovStart + 4, moovStart + 8)).toString()).toBe('moov');
      expect(moovEnd).toBeLessThanOrEqual(bytesOf(name).length);
      expect(seek.firstAudio).toBe((await packets(name))[0]?.byte);
    }
  });

  it('reads an MP3 once and only samples of a FLAC', async () => {
    const flac = Buffer.concat([bytesOf('24.flac')]);
    const source = inMemory(flac);
    await buildSeekIndex(source);
    expect(source.bytesRead).toBeLessThan(flac.length * 1.2);
    const mp3 = inMemory(bytesOf('cbr.mp3'));
    await buildSeekIndex(mp3);
    expect(mp3.bytesRead).toBeLessThan(mp3.size * 3.2);
  });

  it.each(formats)('answers every cut of $name with a shorter index or a clear refusal', async ({ name }) => {
    const bytes = bytesOf(name);
    const cuts = [1, 4, 11, 30, 43, 100, 500, 5000, bytes.length >> 1, bytes.length - 1];
    for (const length of cuts) {
      const result = await index(bytes.subarray(0, length)).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toMatchObject({ code: 'format_unsupported' });
      else expect((result as { durationS: number }).durationS).toBeLessThanOrEqual(SECONDS + 0.2);
    }
  });

  it.each(formats)('survives damage anywhere in $name', async ({ name }) => {
    const bytes = bytesOf(name);
    const damage = fc.array(fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) }), {
      minLength: 1,
      maxLength: 40,
    });
    const nearStart = fc.array(fc.record({ at: fc.nat(300), to: fc.nat(255) }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damage, nearStart), async (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, to } of changes) damaged[at] = to;
        const result = await index(damaged).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toMatchObject({ code: 'format_unsupported' });
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(300_000)],
    ['text', new TextEncoder().encode('This is not music. '.repeat(5000))],
    ['a lone ID3 tag', Buffer.from('ID3\x04\0\0\0\0\0\x10'.padEnd(26, 'x'), 'ascii')],
    ['an ID3 tag longer than the file', Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'ascii')],
    ['Ogg pages of nothing', Buffer.from(`OggS${'\0'.repeat(23)}`.repeat(4000), 'latin1')],
    ['MP3 sync after sync', Buffer.from('fffb9000'.repeat(50_000), 'hex')],
    ['ones', new Uint8Array(300_000).fill(0xff)],
  ])('refuses %s', async (_, bytes) => {
    await expect(index(bytes)).rejects.toMatchObject({ code: 'format_unsupported' });
  });
});
