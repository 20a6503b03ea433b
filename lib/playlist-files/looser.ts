import type { TrackTags } from '@/lib/contracts/catalog';

/** `Heroes - 2017 Remaster`, `Imagine (Remastered 2010)`, `Umbrella (feat. JAY-Z)`: services write more into a title than tags do. */
const ADDED =
  /\s+(?:[-–]\s+|[([])(?:[^()[\]]*\bremaster(?:ed)?\b[^()[\]]*|(?:feat|ft|with)\b\.?[^()[\]]*|(?:mono|stereo|single|album) version)[)\]]?$/i;
/** Services list all artists of a track, tags often the first. */
const MORE_ARTISTS = /\s*(?:[,;]|\s(?:feat|ft)\.?\s|\s(?:&|and|x|with)\s).*$/i;

/** The track by less: without what services add to titles, and by its first artist. Null where there is nothing to leave out. */
export function looser(track: TrackTags): TrackTags | null {
  const title = track.title.replace(ADDED, '').trim() || track.title;
  const artist = track.artist.replace(MORE_ARTISTS, '').trim() || track.artist;
  return title === track.title && artist === track.artist ? null : { ...track, title, artist };
}
