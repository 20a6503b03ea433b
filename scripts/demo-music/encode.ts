import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Piece } from './pieces/piece';
import { type Mix, RATE_HZ } from './sound';

const ARTIST = 'Enxame';
const YEAR = '2026';
const LICENCE = 'CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/';

/** What encodes each format; together they stay under 6 MB. */
const CODECS: Record<Piece['format'], string[]> = {
  mp3: ['-c:a', 'libmp3lame', '-abr', '1', '-b:a', '100k', '-id3v2_version', '3'],
  flac: ['-c:a', 'flac', '-sample_fmt', 's16', '-compression_level', '12'],
  ogg: ['-c:a', 'libvorbis', '-q:a', '2'],
  opus: ['-c:a', 'libopus', '-b:a', '68k'],
  m4a: ['-c:a', 'aac', '-b:a', '92k', '-movflags', '+faststart'],
};

/** Writes a piece as `<folder>/<album>/<file>.<format>` with tags and cover. Needs ffmpeg. @param cover JPEG */
export async function encode(piece: Piece, mix: Mix, cover: Buffer, folder: string): Promise<string> {
  const output = join(folder, piece.album, `${piece.file}.${piece.format}`);
  await mkdir(dirname(output), { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'enxame-demo-'));
  try {
    const coverFile = join(work, 'cover.jpg');
    await writeFile(coverFile, cover);
    const tags = {
      title: piece.title,
      artist: ARTIST,
      album_artist: ARTIST,
      album: piece.album,
      track: String(piece.trackNo),
      date: YEAR,
      genre: piece.genre,
      copyright: LICENCE,
      ...(isOgg(piece) ? { METADATA_BLOCK_PICTURE: pictureBlock(cover).toString('base64') } : {}),
    };
    const picture = isOgg(piece) ? [] : ['-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
    await ffmpeg(
      [
        ...['-f', 'f32le', '-ar', String(RATE_HZ), '-ac', '2', '-i', 'pipe:0'],
        ...['-i', coverFile, '-map', '0:a', ...picture, ...CODECS[piece.format]],
        ...['-fflags', '+bitexact', '-flags', '+bitexact', '-map_metadata', '-1'],
        ...Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
        output,
      ],
      interleave(mix),
    );
  } finally {
    await rm(work, { recursive: true });
  }
  return output;
}

const isOgg = (piece: Piece) => piece.format === 'ogg' || piece.format === 'opus';

function interleave(mix: Mix): Buffer {
  const samples = new Float32Array(mix.left.length * 2);
  for (let i = 0; i < mix.left.length; i++) {
    samples[2 * i] = mix.left[i] ?? 0;
    samples[2 * i + 1] = mix.right[i] ?? 0;
  }
  return Buffer.from(samples.buffer);
}

/** How Ogg carries pictures: FLAC's picture block (RFC 9639, section 8.8) as a comment. Sizes of 0 mean "see the picture". */
function pictureBlock(jpeg: Buffer): Buffer {
  const mime = Buffer.from('image/jpeg');
  const numbers = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer).swap32();
  const frontCover = 3;
  return Buffer.concat([numbers(frontCover, mime.length), mime, numbers(0, 0, 0, 0, 0, jpeg.length), jpeg]);
}

async function ffmpeg(args: string[], input: Buffer): Promise<void> {
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
