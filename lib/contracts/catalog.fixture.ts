import type { Track } from './catalog';

/** A track for tests, the same in all that is not named in `change`. */
export function someTrack(change: Partial<Track>): Track {
  return {
    id: 't'.repeat(22),
    title: 'A track',
    artist: 'Somebody',
    artistId: 'a'.repeat(22),
    album: 'An album',
    albumId: 'b'.repeat(22),
    trackNo: null,
    discNo: null,
    durationS: 60,
    coverId: null,
    mime: 'audio/mpeg',
    withdrawn: false,
    missing: false,
    ...change,
  };
}
