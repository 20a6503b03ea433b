import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConvertedFormat, Target } from './plan';

const PROBE_WITHIN_MS = 10_000;
const ENCODERS: Record<ConvertedFormat, string> = { mp3: 'libmp3lame', opus: 'libopus' };
export const MIMES: Record<ConvertedFormat, string> = { mp3: 'audio/mpeg', opus: 'audio/ogg' };

/** Readers of the formats that the catalogue takes. Named, so that a file which only looks like music is read as nothing else. */
const DEMUXERS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'audio/mp4': 'mov',
  'audio/wav': 'wav',
  'audio/webm': 'matroska',
  'audio/aiff': 'aiff',
  'audio/aac': 'aac',
};

/** Formats that the ffmpeg of this machine writes; none where it is not there. */
export async function findEncoders(program: string): Promise<ReadonlySet<ConvertedFormat>> {
  try {
    const { stdout } = await promisify(execFile)(program, ['-hide_banner', '-encoders'], { timeout: PROBE_WITHIN_MS });
    const names = new Set(stdout.split('\n').map((row) => row.trim().split(/\s+/)[1]));
    return new Set((Object.keys(ENCODERS) as ConvertedFormat[]).filter((format) => names.has(ENCODERS[format])));
  } catch {
    return new Set();
  }
}

/**
 * Arguments with which ffmpeg writes the sound at `url` to its standard output. It may read nothing but that address.
 * @param mime of the source @param offsetS where to begin
 */
export function ffmpegArguments(url: string, mime: string, target: Target, offsetS: number): string[] {
  const demuxer = DEMUXERS[mime];
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-threads', '1', '-protocol_whitelist', 'http,tcp'],
    ...(demuxer === undefined ? [] : ['-f', demuxer]),
    ...(offsetS > 0 ? ['-ss', String(offsetS)] : []),
    ...['-i', url, '-map', '0:a:0', '-map_metadata', '-1', '-vn', '-sn', '-dn', '-threads', '1'],
    ...['-c:a', ENCODERS[target.format], '-b:a', `${target.bitRate}k`],
    // Sample rates and channels that both formats have.
    ...['-ar', target.format === 'mp3' ? '44100' : '48000', '-ac', '2'],
    ...(target.format === 'mp3' ? ['-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'] : ['-f', 'opus']),
    'pipe:1',
  ];
}
