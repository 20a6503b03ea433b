/** Files of every format, whose sound says where in them it is: each second has a pitch of its own. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const MUSIC_S = 120;
export const BASE_HZ = 400;
export const STEP_HZ = 30;
const RATE_HZ = 48_000;

export interface Piece {
  name: string;
  mime: string;
  encode: string[];
}

export const pieces: Piece[] = [
  { name: 'cbr.mp3', mime: 'audio/mpeg', encode: ['-c:a', 'libmp3lame', '-b:a', '192k'] },
  { name: 'vbr.mp3', mime: 'audio/mpeg', encode: ['-c:a', 'libmp3lame', '-q:a', '2'] },
  { name: '16bit.flac', mime: 'audio/flac', encode: ['-c:a', 'flac', '-sample_fmt', 's16'] },
  {
    name: '24bit.flac',
    mime: 'audio/flac',
    encode: ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24', '-ar', '96000'],
  },
  { name: 'vorbis.ogg', mime: 'audio/ogg', encode: ['-c:a', 'libvorbis', '-q:a', '6'] },
  { name: 'opus.opus', mime: 'audio/ogg', encode: ['-c:a', 'libopus', '-b:a', '128k'] },
  { name: 'first.m4a', mime: 'audio/mp4', encode: ['-c:a', 'aac', '-b:a', '192k', '-movflags', '+faststart'] },
  { name: 'trailing.m4a', mime: 'audio/mp4', encode: ['-c:a', 'aac', '-b:a', '192k'] },
  { name: 'pcm.wav', mime: 'audio/wav', encode: ['-c:a', 'pcm_s16le'] },
];

/** Writes pieces into the folder. */
export async function makeMusic(folder: string, which: readonly Piece[] = pieces): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = join(folder, 'source.wav');
  await writeFile(source, wav(tones()));
  await Promise.all(which.map((piece) => encode(source, folder, piece)));
}

/** Writes a piece into the folder. @param source a sound file */
export async function encode(source: string, folder: string, { name, encode }: Piece): Promise<void> {
  const args = ['-hide_banner', '-loglevel', 'error', '-y', '-i', source, '-ac', '2', ...encode, join(folder, name)];
  await run('ffmpeg', args);
}

/** One channel, 16 bits. A little noise keeps lossless files from shrinking to nothing. */
function tones(): Int16Array {
  const samples = new Int16Array(MUSIC_S * RATE_HZ);
  let noise = 1;
  for (let i = 0; i < samples.length; i++) {
    const hz = BASE_HZ + STEP_HZ * Math.floor(i / RATE_HZ);
    noise = (noise * 16_807) % 2_147_483_647;
    samples[i] = 9000 * Math.sin((2 * Math.PI * hz * i) / RATE_HZ) + (noise % 600) - 300;
  }
  return samples;
}

/** A file of one channel at 48 kHz. */
export function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE_HZ, 24);
  header.writeUInt32LE(RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
