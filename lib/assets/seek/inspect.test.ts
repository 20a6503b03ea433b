import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laterOgg } from '../testing/ogg';
import { makeWav } from '../testing/wav';
import { buildSeekIndex, inspect } from './build';

const SECONDS = 4;
const HOUR_S = 3600;
let folder: string;

const SOUND = ['-f', 'lavfi', '-i', `anoisesrc=c=brown:d=${SECONDS}:r=44100:seed=7`];
const PICTURES = ['-f', 'lavfi', '-i', `testsrc=d=${SECONDS}:r=1:s=64x64`];
/** Files that play, by name: how ffmpeg makes them. */
const PLAYABLE: Record<string, string[]> = {
  'a.mp3': [...SOUND, '-b:a', '128k'],
  'a.flac': SOUND,
  '192.flac': [...SOUND, '-ar', '192000'],
  'a.opus': [...SOUND, '-c:a', 'libopus'],
  'a.ogg': [...SOUND, '-c:a', 'libvorbis'],
  'flac.oga': [...SOUND, '-c:a', 'flac'],
  'a.m4a': [...SOUND, '-c:a', 'aac'],
  'fragmented.m4a': [...SOUND, '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'],
  'fragments.m4a': [...SOUND, '-c:a', 'aac', '-frag_duration', '500000', '-movflags', 'empty_moov+default_base_moof'],
  'fragments-flac.mp4': [
    ...SOUND,
    '-c:a',
    'flac',
    '-strict',
    '-2',
    '-frag_duration',
    '500000',
    '-movflags',
    'empty_moov',
  ],
  'picture.m4a': [...SOUND, ...PICTURES, '-c:a', 'aac', '-c:v', 'mjpeg', '-f', 'mp4'],
  'a.wav': SOUND,
};
const REFUSED: Record<string, string[]> = {
  'film.mp4': [...SOUND, ...PICTURES, '-c:a', 'aac', '-c:v', 'mpeg4'],
  'silent-film.mp4': [...PICTURES, '-c:v', 'mpeg4'],
  'picture.mp4': [...PICTURES, '-c:v', 'mjpeg', '-f', 'mp4'],
  'film.ogg': [...SOUND, ...PICTURES, '-c:a', 'libvorbis', '-c:v', 'libtheora'],
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enxame-inspect-'));
  for (const [name, args] of Object.entries({ ...PLAYABLE, ...REFUSED })) {
    execFileSync('ffmpeg', ['-v', 'error', ...args, '-shortest', join(folder, name)]);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (name: string) => readFileSync(join(folder, name));

function source(bytes: Uint8Array) {
  const counted = { size: bytes.length, bytesRead: 0, read };
  async function read(start: number, end: number) {
    counted.bytesRead += end - start;
    return bytes.subarray(start, end);
  }
  return counted;
}

describe('inspect', { timeout: 30_000 }, () => {
  it('reads of fragments that lie far apart their headers alone', async () => {
    const file = bytesOf('fragments-flac.mp4');
    const counted = source(file);
    await inspect(counted);
    expect(counted.bytesRead).toBeLessThan(file.length / 2);
  });

  it.each(Object.keys(PLAYABLE))('takes %s, and so does sealing', async (name) => {
    const { mime, durationS } = await inspect(source(bytesOf(name)));
    const index = await buildSeekIndex(source(bytesOf(name)));
    expect(index.mime).toBe(mime);
    expect(Math.abs(index.durationS - SECONDS)).toBeLessThan(0.11);
    if (durationS !== null) expect(durationS).toBe(index.durationS);
  });

  it.each(Object.keys(PLAYABLE))('takes a short %s that ends early', async (name) => {
    // Sound of half a second or less; of an MP4 that has its index at the end nothing is left.
    const bytes = bytesOf(name).subarray(0, 40_000);
    const taken = inspect(source(bytes)).then(
      () => 'taken',
      (error) => error.fault,
    );
    expect(['taken', 'truncated']).toContain(await taken);
  });

  it.each([
    ['film.mp4', 'video'],
    ['silent-film.mp4', 'video'],
    ['picture.mp4', 'no_audio'],
    ['film.ogg', 'video'],
  ])('refuses %s as %s', async (name, fault) => {
    await expect(inspect(source(bytesOf(name)))).rejects.toMatchObject({ code: 'format_unsupported', fault });
  });

  const id3 = Buffer.from('ID3\x04\0\0\0\0\0\x10'.padEnd(26, '\0'), 'latin1');
  const noise = (bytes: number) => Buffer.concat(Array.from({ length: bytes / 1000 }, () => randomBytes(1000)));
  /** A file whose sound is noise behind its true header. */
  const headed = (name: string, header: number) => Buffer.concat([bytesOf(name).subarray(0, header), noise(60_000)]);
  it.each([
    ['noise', () => noise(5_000), 'unsupported'],
    ['noise behind a tag', () => Buffer.concat([id3, noise(200_000)]), 'damaged'],
    ['text', () => Buffer.from('This is not music. '.repeat(500)), 'unsupported'],
    ['a page of the web', () => Buffer.from(`<!doctype html>${'<p>404</p>'.repeat(500)}`), 'unsupported'],
    [
      'an MP3 of one frame in noise',
      () => Buffer.concat([noise(9_000), bytesOf('a.mp3').subarray(5_000, 5_417)]),
      null,
    ],
    ['a FLAC header before noise', () => headed('a.flac', 8_300), 'damaged'],
    ['a cut FLAC header', () => bytesOf('a.flac').subarray(0, 30), 'damaged'],
    ['a FLAC header alone', () => bytesOf('a.flac').subarray(0, 42), 'damaged'],
    ['an Opus header before noise', () => headed('a.opus', 200), null],
    ['an Ogg header alone', () => bytesOf('a.ogg').subarray(0, 300), 'truncated'],
    ['an MP4 without its end', () => bytesOf('a.m4a').subarray(0, 9_000), 'truncated'],
    ['a WAV header alone', () => makeWav(1).subarray(0, 40), null],
  ])('refuses %s', async (_, make, fault) => {
    await expect(inspect(source(make()))).rejects.toMatchObject({
      code: 'format_unsupported',
      ...(fault === null ? {} : { fault }),
    });
  });

  it.each(['a.flac', 'a.ogg', 'a.opus'])('refuses %s whose sound was overwritten, by its checksums', async (name) => {
    const bytes = Buffer.from(bytesOf(name));
    const { firstAudio } = (await buildSeekIndex(source(bytes))).seek;
    for (let at = firstAudio + 60; at < bytes.length; at += 97) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await expect(inspect(source(bytes))).rejects.toMatchObject({ fault: 'damaged' });
  });

  it('reads a second of a file, not all of it', async () => {
    const long = Buffer.concat([bytesOf('a.mp3'), ...Array(40).fill(bytesOf('a.mp3'))]);
    const mp3 = source(long);
    await inspect(mp3);
    expect(mp3.bytesRead).toBeLessThan(350_000);
  });
});

describe('a stream whose clock begins late', () => {
  it.each([
    ['a.opus', 48_000],
    ['a.ogg', 44_100],
    ['flac.oga', 44_100],
  ])('counts the time of %s from its own start', async (name, rate) => {
    const plain = await buildSeekIndex(source(bytesOf(name)));
    const late = laterOgg(bytesOf(name), rate * HOUR_S);
    expect(await buildSeekIndex(source(late))).toEqual(plain);
    expect((await inspect(source(late))).startS - (await inspect(source(bytesOf(name)))).startS).toBe(HOUR_S);
  });

  it('is decoded by others as it is: the checksums are right', () => {
    const path = join(folder, 'late.opus');
    writeFileSync(path, laterOgg(bytesOf('a.opus'), 48_000 * HOUR_S));
    execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-err_detect', 'crccheck', '-i', path, '-f', 'null', '-']);
  });
});
