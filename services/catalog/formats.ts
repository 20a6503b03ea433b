import { extname } from 'node:path';

/** Files that an import looks at, by their ending. Raw AAC (`.aac`) is not among them: it has no container to seek in. */
const ENDINGS = new Set(['.mp3', '.flac', '.ogg', '.oga', '.opus', '.m4a', '.mp4', '.wav']);
const PICTURE = /^(?:cover|folder|front)\.(?:jpe?g|png|webp)$/i;

export function isAudioName(name: string): boolean {
  return ENDINGS.has(extname(name).toLowerCase());
}

/** The best picture of an album among a folder's files: `cover.jpg` before `folder.jpg` before `front.jpg`. */
export function pictureAmong(names: readonly string[]): string | undefined {
  return names.filter((name) => PICTURE.test(name)).toSorted()[0];
}

/** MIME type by what the file is, whatever it is called; null for a container that no browser plays. @param container of music-metadata */
export function mimeOf(container: string | undefined): string | null {
  const name = (container ?? '').toLowerCase();
  if (name === 'flac') return 'audio/flac';
  if (name === 'ogg') return 'audio/ogg';
  if (name === 'wave') return 'audio/wav';
  if (name === 'mpeg') return 'audio/mpeg';
  return /m4a|mp4|isom|iso\d|qt/.test(name) ? 'audio/mp4' : null;
}
