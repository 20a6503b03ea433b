/** What Spotify gives to people who ask for their data: `Playlist1.json` with playlists, and `YourLibrary.json` with what they liked. */
import * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import { assertRoomForTrack, type FileTrack, oneLine, type PlaylistFile } from './contents';

const text = z._default(z.nullable(z.string()), '');
const item = z.object({
  track: z.nullish(z.object({ trackName: text, artistName: text, albumName: text })),
  localTrack: z.nullish(z.looseObject({ uri: text })),
});
const playlist = z.object({ name: text, description: text, items: z.array(item) });
const playlistsFile = z.object({ playlists: z.array(playlist).check(z.minLength(1)) });
const libraryFile = z.object({ tracks: z.array(z.object({ artist: text, album: text, track: text })) });

/** @throws {EnxameError} `invalid_request` for another document, and for several playlists, which are sent one by one; `too_large` */
export function readSpotifyJson(given: string): PlaylistFile {
  const document = parse(given);
  const playlists = z.safeParse(playlistsFile, document);
  if (playlists.success) {
    const [only, ...others] = playlists.data.playlists;
    if (only === undefined || others.length > 0) {
      throw new EnxameError('invalid_request', 'This file holds several playlists. Import them one by one.');
    }
    const tracks = only.items.flatMap(({ track, localTrack }) => {
      if (track) return [trackOf(track.trackName, track.artistName, track.albumName)];
      return localTrack ? [localOf(localTrack.uri ?? '')] : [];
    });
    return { name: oneLine(only.name ?? ''), description: oneLine(only.description ?? ''), tracks: bounded(tracks) };
  }
  const library = z.safeParse(libraryFile, document);
  if (!library.success) throw notOurs(library.error);
  const tracks = library.data.tracks.map(({ track, artist, album }) => trackOf(track, artist, album));
  return { name: '', description: '', tracks: bounded(tracks) };
}

function parse(given: string): unknown {
  try {
    return JSON.parse(given.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw notOurs(cause);
  }
}

function notOurs(cause: unknown): EnxameError {
  return new EnxameError('invalid_request', 'This is not a playlist of Spotify’s data export.', { cause });
}

function trackOf(title: string | null, artist: string | null, album: string | null): FileTrack {
  return {
    title: oneLine(title ?? ''),
    artist: oneLine(artist ?? ''),
    album: oneLine(album ?? ''),
    durationS: null,
    fileName: '',
    location: '',
  };
}

/** `spotify:local:Artist:Album:Title:seconds`, each as in an address, with `+` for a space. */
function localOf(uri: string): FileTrack {
  const [, , artist = '', album = '', title = '', seconds = ''] = uri.split(':').map(spoken);
  return { ...trackOf(title, artist, album), durationS: Number(seconds) > 0 ? Number(seconds) : null };
}

function spoken(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

function bounded(tracks: FileTrack[]): FileTrack[] {
  const named = tracks.filter(({ title }) => title !== '');
  if (named.length > 0) assertRoomForTrack(named.length - 1);
  return named;
}
