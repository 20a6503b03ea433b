import type { Track } from '@/lib/contracts/catalog';

/** Of a track what another device shows and needs to play it: its artists and genres may be many. */
export function sentTrack(given: Track): Track {
  const { artists: _, genres: __, discSubtitle: ___, bpm: ____, year: _____, ...track } = given;
  return track;
}
