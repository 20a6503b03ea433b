import type { TrackTags } from '@/lib/contracts/catalog';

/** What services add to a title stands behind the last of these. */
const OPENINGS = [' - ', ' – ', ' (', ' ['];
/** `Heroes - 2017 Remaster`, `Imagine (Remastered 2010)`, `Umbrella (feat. JAY-Z)`: services write more into a title than tags do. */
const IS_ADDED = /\bremaster(?:ed)?\b|^(?:feat|ft|with)\b|^(?:mono|stereo|single|album) version$/i;
/** Services list all artists of a track, tags often the first. */
const MORE_ARTISTS = /\s?[,;]|\s(?:feat|ft)\.?\s|\s(?:&|and|x|with)\s/i;

/** The track by less: without what services add to titles, and by its first artist. Null where there is nothing to leave out. */
export function looser(track: TrackTags): TrackTags | null {
  const [wholeTitle, allArtists] = [plain(track.title), plain(track.artist)];
  const title = withoutAdded(wholeTitle);
  const artist = firstArtist(allArtists);
  return title === wholeTitle && artist === allArtists ? null : { ...track, title, artist };
}

/** One space for many: then no pattern here takes more than one way through a text, however long it is. */
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

function withoutAdded(title: string): string {
  const at = Math.max(...OPENINGS.map((opening) => title.lastIndexOf(opening)));
  if (at <= 0) return title;
  const added = title
    .slice(at + 2)
    .trim()
    .replace(/[)\]]$/, '');
  return !/[()[\]]/.test(added) && IS_ADDED.test(added) ? title.slice(0, at) : title;
}

function firstArtist(artist: string): string {
  const at = artist.search(MORE_ARTISTS);
  return at > 0 ? artist.slice(0, at) : artist;
}
