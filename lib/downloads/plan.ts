/** What goes into a download, and under which names. No I/O. */
import type { Song } from '@/lib/contracts/catalog';
import { distinctNames, safeName } from './file-names';

/** A file of an archive. */
export interface Entry {
  trackId: string;
  /** With `/` between folders. */
  path: string;
  /** Bytes, as the catalogue knows it. */
  size: number;
}

export interface Archive {
  /** Of the file, with its ending. */
  name: string;
  entries: Entry[];
}

/** One file as it is, or an archive. */
export type PlannedDownload = { kind: 'file'; name: string; trackId: string } | ({ kind: 'archive' } & Archive);

type Named = Pick<
  Song,
  'id' | 'title' | 'artist' | 'trackNo' | 'discNo' | 'discSubtitle' | 'fileName' | 'size' | 'withdrawn' | 'missing'
>;

const isThere = ({ withdrawn, missing }: Named) => !withdrawn && !missing;

/** An album in a folder of its name; its discs, where there are several, in folders in that. */
export function albumArchive(album: { title: string; artist: string }, songs: readonly Named[]): Archive {
  const folder = safeName(`${album.artist} - ${album.title}`, 'Album');
  const discs = new Set(songs.map(({ discNo }) => discNo ?? 1));
  const inFolder = (song: Named) => {
    if (discs.size < 2) return folder;
    const subtitle = song.discSubtitle ? ` - ${song.discSubtitle}` : '';
    return `${folder}/${safeName(`Disc ${song.discNo ?? 1}${subtitle}`, 'Disc')}`;
  };
  return archive(folder, songs, (song) => {
    const number = song.trackNo === null ? '' : `${String(song.trackNo).padStart(2, '0')} `;
    return `${inFolder(song)}/${number}${titleOf(song)}${endingOf(song)}`;
  });
}

/** A playlist in a folder of its name, its files in its order by number. A track that is there twice is so in the archive. */
export function playlistArchive(playlist: { name: string }, songs: readonly Named[]): Archive {
  const folder = safeName(playlist.name, 'Playlist');
  const digits = Math.max(2, String(songs.length).length);
  return archive(folder, songs, (song, n) => {
    const number = String(n + 1).padStart(digits, '0');
    return `${folder}/${number} ${safeName(`${song.artist} - ${song.title}`, 'Track')}${endingOf(song)}`;
  });
}

/** What the file of one track is called. */
export const trackFileName = (song: Named) => `${safeName(`${song.artist} - ${song.title}`, 'Track')}${endingOf(song)}`;

function archive(name: string, songs: readonly Named[], pathOf: (song: Named, n: number) => string): Archive {
  const distinct = distinctNames();
  const entries = songs
    .map((song, n) => ({ song, path: distinct(pathOf(song, n)) }))
    .filter(({ song }) => isThere(song))
    .map(({ song, path }) => ({ trackId: song.id, path, size: song.size }));
  return { name: `${name}.zip`, entries };
}

const titleOf = ({ title }: Named) => safeName(title, 'Track');

/** Of the file, if it looks like one. */
const endingOf = ({ fileName }: Named) => /\.[a-z0-9]{1,5}$/i.exec(fileName)?.[0].toLowerCase() ?? '';
