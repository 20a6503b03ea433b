import type { Mix } from '../sound';

export interface Piece {
  title: string;
  album: string;
  trackNo: number;
  genre: string;
  /** File name without its ending: plain ASCII, so that it is the same on every file system. */
  file: string;
  format: 'mp3' | 'flac' | 'ogg' | 'opus' | 'm4a';
  render(): Mix;
}

/** A rhythm as text, one character a step: `.` is silence, anything else a stroke. */
export function strokes(pattern: string): { step: number; kind: string }[] {
  return [...pattern.replaceAll(' ', '')].flatMap((kind, step) => (kind === '.' ? [] : [{ step, kind }]));
}
