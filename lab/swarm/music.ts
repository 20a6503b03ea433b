/** What is played: one long track that is measured, an album for the evening, and a library around them. */
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeLibrary } from '../library';
import type { Size } from './size';

const run = promisify(execFile);

const MEASURED = 'Measured piece';
/** Of all of it: 256 kbit/s. */
export const BYTES_PER_S = 32_000;
export const EVENING_ALBUM = 'Evening';

export interface TrackFile {
  title: string;
  /** Absolute. */
  path: string;
  bytes: number;
}

export interface Music {
  /** Everything, as a folder that Enxame imports. */
  folder: string;
  /** 256 kbit/s. */
  measured: TrackFile;
  /** Empty unless asked for. */
  evening: TrackFile[];
}

export async function makeMusic(folder: string, size: Size, withEvening: boolean): Promise<Music> {
  await makeLibrary(folder, [MEASURED], size.libraryTracks, size.measuredS);
  const evening: TrackFile[] = [];
  for (let i = 0; withEvening && i < size.evening.tracks; i++)
    evening.push(await makeEveningTrack(folder, i, size.evening.trackS));
  return { folder, measured: await trackFile(MEASURED, join(folder, `${MEASURED}.mp3`)), evening };
}

async function makeEveningTrack(folder: string, i: number, seconds: number): Promise<TrackFile> {
  const title = `Evening piece ${String(i + 1).padStart(2, '0')}`;
  const into = join(folder, EVENING_ALBUM);
  await mkdir(into, { recursive: true });
  const path = join(into, `${title}.mp3`);
  const tone = `sine=frequency=${300 + 20 * i}:duration=${seconds}:sample_rate=44100,aformat=channel_layouts=stereo`;
  const tags = { title, artist: 'Bench', album: EVENING_ALBUM, track: i + 1 };
  const metadata = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
  const codec = ['-c:a', 'libmp3lame', '-b:a', '256k', '-id3v2_version', '3'];
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', tone, ...codec, ...metadata, path]);
  return trackFile(title, path);
}

const trackFile = async (title: string, path: string): Promise<TrackFile> => ({
  title,
  path,
  bytes: (await stat(path)).size,
});
