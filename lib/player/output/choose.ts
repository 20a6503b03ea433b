/** Which way of feeding a browser takes a file. */
import type { ManifestHeader } from '@/lib/contracts/manifest';

export type Way = { kind: 'raw' | 'remux'; mime: string };

/**
 * MP3 goes in as it is where the browser takes that (Chromium), in MP4 elsewhere (Firefox); Vorbis goes in WebM, all else
 * in MP4. Null: no way; the plain file is all there is (WAV, ALAC, FLAC in Ogg).
 */
export function chooseWay(
  file: Pick<ManifestHeader, 'container' | 'codec'>,
  isTypeSupported: (mime: string) => boolean,
): Way | null {
  const ways: Way[] = [];
  switch (file.container) {
    case 'mp3':
      ways.push({ kind: 'raw', mime: 'audio/mpeg' }, { kind: 'remux', mime: 'audio/mp4; codecs="mp3"' });
      break;
    case 'flac':
      ways.push({ kind: 'remux', mime: 'audio/mp4; codecs="flac"' });
      break;
    case 'ogg':
      if (file.codec === 'opus') ways.push({ kind: 'remux', mime: 'audio/mp4; codecs="opus"' });
      if (file.codec === 'vorbis') ways.push({ kind: 'remux', mime: 'audio/webm; codecs="vorbis"' });
      break;
    case 'mp4':
      if (file.codec.startsWith('mp4a.')) ways.push({ kind: 'remux', mime: `audio/mp4; codecs="${file.codec}"` });
      break;
    case 'wav':
      break;
  }
  return ways.find((way) => isTypeSupported(way.mime)) ?? null;
}
