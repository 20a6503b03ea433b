import { assertRoomForTrack, type FileTrack, fileNameOf, oneLine, type PlaylistFile } from './contents';

/**
 * Seconds, attributes that some players put behind them (`tvg-id="…"`), and what to show. It matches any text: where the end could fail
 * to match, every way to split the spaces before it would be tried.
 */
const EXTINF = /^\s*(-?[\d.]+)?((?:\s+[\w-]+="[^"]*")*)\s*,?(.*)$/s;
const LINE = /[^\r\n]+/g;
/** What is beyond is not read. Paths have 4,096 bytes at most, three characters each where they are percent-encoded. */
const MAX_LINE_CHARS = 16_384;
const BETWEEN = ' - ';

/**
 * Reads M3U in UTF-8, as VLC, foobar2000, Strawberry and Quod Libet write it: with or without a BOM and `#EXTM3U`, whatever the
 * line ends, other directives ignored. A location without `#EXTINF` is known by its file's name alone.
 */
export function readM3u8(text: string): PlaylistFile {
  const file: PlaylistFile = { name: '', description: '', tracks: [] };
  let about: Record<string, string> = {};
  // One line after the other, and none behind the last that there is room for.
  for (const [raw] of text.matchAll(LINE)) {
    // The byte order mark counts as white space.
    const line = raw.trim().slice(0, MAX_LINE_CHARS);
    if (line.startsWith('#')) {
      const colon = line.indexOf(':');
      const directive = line.slice(1, colon < 0 ? undefined : colon).toUpperCase();
      const value = colon < 0 ? '' : line.slice(colon + 1);
      if (directive === 'PLAYLIST') file.name = oneLine(value);
      else about[directive] = value;
    } else if (line !== '') {
      assertRoomForTrack(file.tracks.length);
      file.tracks.push(toTrack(line, about));
      about = {};
    }
  }
  return file;
}

function toTrack(line: string, about: Record<string, string>): FileTrack {
  const [, seconds, , shown = ''] = EXTINF.exec(about.EXTINF ?? '') ?? [];
  const durationS = Number(seconds);
  return {
    ...artistAndTitle(oneLine(shown), oneLine(about.EXTART ?? '')),
    album: oneLine(about.EXTALB ?? ''),
    // Players write 0 or -1 for what they do not know.
    durationS: durationS > 0 ? durationS : null,
    fileName: fileNameOf(line),
    location: oneLine(line),
  };
}

/** `Artist - Title`. An artist named apart tells where the first ends; it is the artist of the album where nothing else is said. */
function artistAndTitle(shown: string, named: string): { artist: string; title: string } {
  const prefix = named + BETWEEN;
  if (named !== '' && shown.startsWith(prefix)) return { artist: named, title: shown.slice(prefix.length).trim() };
  const at = shown.indexOf(BETWEEN);
  if (at < 0) return { artist: named, title: shown };
  return { artist: shown.slice(0, at).trim(), title: shown.slice(at + BETWEEN.length).trim() };
}

/** Every line on its own: no tag can begin another directive. */
export function writeM3u8({ name, tracks }: PlaylistFile): string {
  const lines = ['#EXTM3U', '#EXTENC:UTF-8', `#PLAYLIST:${oneLine(name)}`];
  for (const track of tracks) {
    const [artist, title, album] = [oneLine(track.artist), oneLine(track.title), oneLine(track.album)];
    lines.push(`#EXTINF:${Math.round(track.durationS ?? -1)},${artist === '' ? title : artist + BETWEEN + title}`);
    if (artist !== '') lines.push(`#EXTART:${artist}`);
    if (album !== '') lines.push(`#EXTALB:${album}`);
    lines.push(oneLine(track.location));
  }
  return `${lines.join('\n')}\n`;
}
