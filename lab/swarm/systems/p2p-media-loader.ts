import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { TrackFile } from '../music';
import { startClientSite } from './client-site';
import type { System } from './system';

const run = promisify(execFile);

/** As Apple's authoring specification for HLS recommends. */
const SEGMENT_S = 6;

/** HLS in hls.js, segments swapped by P2P Media Loader. */
export const p2pMediaLoader: System = {
  name: 'p2p-media-loader',
  start: (context) => startClientSite({ client: 'p2p-media-loader', port: 3002, publish }, context),
};

/** The same MP3 frames, cut into segments of MPEG-TS. */
async function publish(track: TrackFile, folder: string): Promise<string> {
  const name = basename(track.path, '.mp3').toLowerCase().replaceAll(' ', '-');
  const into = join(folder, name);
  await mkdir(into);
  const hls = ['-f', 'hls', '-hls_time', String(SEGMENT_S), '-hls_playlist_type', 'vod'];
  const files = ['-hls_segment_filename', join(into, '%03d.ts'), join(into, 'list.m3u8')];
  await run('ffmpeg', ['-v', 'error', '-i', track.path, '-map', '0:a', '-c', 'copy', ...hls, ...files]);
  return `${name}/list.m3u8`;
}
