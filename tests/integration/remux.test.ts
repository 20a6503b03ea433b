import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import { laterOgg } from '@/lib/assets/testing/ogg';
import { newId } from '@/lib/contracts/ids';
import { chooseWay } from '@/lib/player/output/choose';
import { segmentsOf } from '@/lib/player/output/segments-of';

const SECONDS = 6;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enxame-remux-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, ...args: string[]): Buffer {
  const path = join(folder, name);
  const source = `anoisesrc=c=brown:d=${SECONDS}:r=44100:seed=7`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-ac', '2', ...args, path]);
  return readFileSync(path);
}

/** What is appended from a time on, as ffprobe sees it, and where it begins in the track. */
async function remuxed(bytes: Buffer, fromS: number) {
  const access = { size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) };
  const file = { version: newId(), ...(await buildSeekIndex(access)) };
  const way = chooseWay(file, (mime) => mime !== 'audio/mpeg');
  if (way === null) throw new Error('there is no way');
  const read = async (start: number, end: number) => Uint8Array.from(bytes.subarray(start, end));
  const written: Uint8Array[] = [];
  let startS = Number.NaN;
  for await (const segment of segmentsOf(way, { read }, file).start(fromS, new AbortController().signal)) {
    startS = segment.timestampOffset ?? startS;
    written.push(segment.data);
  }
  const path = join(folder, 'remuxed');
  writeFileSync(path, Buffer.concat(written));
  const shown = ['-show_entries', 'stream=codec_name,sample_rate:packet=pts_time', '-of', 'json', path];
  const { streams, packets } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', ...shown], { encoding: 'utf8' }));
  const { codec_name: codec, sample_rate: rate } = streams[0];
  return { codec, rate: Number(rate), startS, lastS: startS + Number(packets.at(-1).pts_time), file };
}

describe('what is appended', () => {
  it.each([
    // ffmpeg names these rates in kHz.
    ['FLAC of 192 kHz', () => make('192.flac', '-ar', '192000'), 'flac', 192_000],
    ['FLAC of 12 kHz', () => make('12.flac', '-ar', '12000'), 'flac', 12_000],
    ['FLAC of 96 kHz and 24 bits', () => make('96.flac', '-ar', '96000', '-sample_fmt', 's32'), 'flac', 96_000],
    ['a fragmented M4A', () => make('a.m4a', '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'), 'aac', 44_100],
    [
      'an M4A of many fragments',
      () => make('b.m4a', '-c:a', 'aac', '-frag_duration', '500000', '-movflags', 'empty_moov+default_base_moof'),
      'aac',
      44_100,
    ],
    [
      'Opus whose clock begins an hour late',
      () => laterOgg(make('a.opus', '-c:a', 'libopus'), 3600 * 48_000),
      'opus',
      48_000,
    ],
    ['Vorbis whose clock begins an hour late', () => laterOgg(make('a.ogg'), 3600 * 44_100), 'vorbis', 44_100],
  ])('of %s has its codec, its rate and its times', async (_, making, codec, rate) => {
    const bytes = making();
    for (const fromS of [0, 3.5]) {
      const found = await remuxed(bytes, fromS);
      expect(found).toMatchObject({ codec, rate });
      expect(found.file.durationS).toBeCloseTo(SECONDS, 1);
      expect(found.startS).toBeLessThanOrEqual(fromS + 0.01);
      expect(found.startS).toBeGreaterThan(fromS - 1.2);
      // FLAC of 12 kHz has packets of 0.4 s.
      expect(found.lastS).toBeGreaterThan(SECONDS - 0.5);
      expect(found.lastS).toBeLessThan(SECONDS + 0.05);
    }
  });
});
