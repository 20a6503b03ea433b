/** Real audio files of every format, made by ffmpeg: what imports, seals and players are tested with. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Format to ending and ffmpeg's arguments. */
const FORMATS = {
  mp3: ['.mp3', '-c:a', 'libmp3lame', '-b:a', '192k', '-id3v2_version', '3'],
  mp3vbr: ['.mp3', '-c:a', 'libmp3lame', '-q:a', '4'],
  flac16: ['.flac', '-c:a', 'flac', '-sample_fmt', 's16'],
  flac24: ['.flac', '-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'],
  vorbis: ['.ogg', '-c:a', 'libvorbis', '-q:a', '4'],
  opus: ['.opus', '-c:a', 'libopus', '-b:a', '96k'],
  m4a: ['.m4a', '-c:a', 'aac', '-b:a', '128k'],
  wav: ['.wav', '-c:a', 'pcm_s16le'],
} as const;
export type MusicFormat = keyof typeof FORMATS;
export const musicFormats = Object.keys(FORMATS) as MusicFormat[];

export interface MusicOptions {
  format: MusicFormat;
  /** Path below the folder, without the ending. */
  name: string;
  /** As ffmpeg calls them: title, artist, album, album_artist, track, disc, date, compilation. */
  tags?: Record<string, string>;
  seconds?: number;
  /** Pitch of the tone; different pitches make different bytes. */
  hertz?: number;
  /** A picture to embed (MP3, FLAC and M4A). */
  picture?: string;
  /** Hiss in the tone's stead, which no codec makes small. */
  noise?: boolean;
  /** Of lossy formats, as ffmpeg takes it, in the stead of the format's own. */
  bitRate?: string;
}

/** Writes one piece: a tone that swells, stereo, 44.1 kHz (Opus 48). @returns its absolute path */
export async function makeMusic(folder: string, options: MusicOptions): Promise<string> {
  const { format, name, tags = {}, seconds = 3, hertz = 440, picture, noise = false, bitRate } = options;
  const [ending, ...codec] = FORMATS[format];
  const path = join(folder, `${name}${ending}`);
  await mkdir(dirname(path), { recursive: true });
  const source = noise
    ? `anoisesrc=duration=${seconds}:seed=${hertz}:amplitude=0.3:sample_rate=44100`
    : `sine=frequency=${hertz}:duration=${seconds}:sample_rate=44100`;
  const tone = `${source},tremolo=f=0.5:d=0.6,aformat=channel_layouts=stereo`;
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', tone],
    ...(picture === undefined
      ? []
      : ['-i', picture, '-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic']),
    ...codec,
    ...(bitRate === undefined ? [] : ['-b:a', bitRate]),
    ...Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]),
    path,
  ]);
  return path;
}

/** The same sound under another title, not encoded anew: other bytes, and so another track. @returns its absolute path */
export async function retitleMusic(path: string, title: string): Promise<string> {
  const copy = join(dirname(path), `${title}${extname(path)}`);
  await run('ffmpeg', ['-v', 'error', '-y', '-i', path, '-c', 'copy', '-metadata', `title=${title}`, copy]);
  return copy;
}

/** Writes a JPEG. @returns its path */
export async function makePicture(path: string, options: { pixels?: number; color?: string } = {}): Promise<string> {
  const { pixels = 600, color = 'teal' } = options;
  await mkdir(dirname(path), { recursive: true });
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `color=${color}:s=${pixels}x${pixels}`],
    ...['-frames:v', '1', path],
  ]);
  return path;
}

/** Writes bytes that are nothing. @returns its path */
export async function makeGarbage(path: string, bytes = 20_000): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    Uint8Array.from({ length: bytes }, (_, i) => (i * 7_919 + (i >> 3) * 31) & 0x7f),
  );
  return path;
}

/** A folder under the system's own for temporary files, and how to be rid of it. */
export async function makeTempFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-music-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What ffmpeg's own meter says of a file: integrated loudness (LUFS) and the highest sample (dBFS). Several files: of all together. */
export async function meterOf(...paths: string[]): Promise<{ lufs: number; peakDb: number }> {
  const inputs = paths.map((_, i) => `[${i}:a]aformat=sample_rates=48000:channel_layouts=stereo[a${i}]`).join(';');
  const joined = `${paths.map((_, i) => `[a${i}]`).join('')}concat=n=${paths.length}:v=0:a=1,ebur128=peak=sample`;
  const filter = paths.length === 1 ? '[0:a]ebur128=peak=sample' : `${inputs};${joined}`;
  const { stderr } = await run('ffmpeg', [
    ...['-hide_banner', '-nostats'],
    ...paths.flatMap((path) => ['-i', path]),
    ...['-filter_complex', filter, '-f', 'null', '-'],
  ]);
  const last = (pattern: RegExp) => Number([...stderr.matchAll(pattern)].at(-1)?.[1]);
  return { lufs: last(/I:\s+(-?[\d.]+) LUFS/g), peakDb: last(/Peak:\s+(-?[\d.]+) dBFS/g) };
}
