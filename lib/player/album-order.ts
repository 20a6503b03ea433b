/** Whether tracks follow each other on their album. Pure. */
import type { Track } from '@/lib/contracts/catalog';

type Placed = Pick<Track, 'id' | 'albumId' | 'discNo' | 'trackNo'>;

/** `b` comes later on the same album, maybe not at once: a track between them may be missing from the queue. */
export function comesLaterOnAlbum(a: Placed | undefined, b: Placed | undefined): boolean {
  if (a === undefined || b === undefined || a.albumId !== b.albumId || a.id === b.id) return false;
  const [discA, discB] = [a.discNo ?? 1, b.discNo ?? 1];
  return discA < discB || (discA === discB && (a.trackNo ?? 0) <= (b.trackNo ?? 0));
}

/** `b` is the very next track of the same album, as far as their numbers say; the first of a disc comes after any of the disc before. */
export function comesNextOnAlbum(a: Placed, b: Placed): boolean {
  if (!comesLaterOnAlbum(a, b) || a.trackNo === null || b.trackNo === null) return false;
  const [discA, discB] = [a.discNo ?? 1, b.discNo ?? 1];
  return discA === discB ? b.trackNo === a.trackNo + 1 : discB === discA + 1 && b.trackNo === 1;
}
