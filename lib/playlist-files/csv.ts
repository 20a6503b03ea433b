/** Playlists as tables: what Exportify makes of Spotify's, and TuneMyMusic or Soundiiz of those of Apple Music, Deezer, YouTube Music and others. */
import { EnxameError } from '@/lib/contracts/errors';
import { assertRoomForTrack, type FileTrack, oneLine, type PlaylistFile } from './contents';

const DELIMITERS = [',', ';', '\t'] as const;
/** Of a service's export: twenty at most, and some of the sound of each track. */
const MAX_COLUMNS = 200;

type Field = 'title' | 'artist' | 'album' | 'milliseconds' | 'length' | 'playlist';

/** What the services call their columns, in lower case and without signs. The first that a table has counts. */
const COLUMNS: Readonly<Record<Field, readonly string[]>> = {
  title: ['track name', 'track title', 'song name', 'title', 'track', 'song', 'name'],
  artist: ['artist names', 'artist name s', 'artist name', 'track artist', 'artists', 'artist', 'creator'],
  album: ['album name', 'album title', 'album'],
  milliseconds: ['track duration ms', 'duration ms', 'milliseconds'],
  length: ['duration', 'length', 'time'],
  playlist: ['playlist name', 'playlist'],
};

/** @throws {EnxameError} `invalid_request` for what has no column of titles; `too_large` */
export function readCsv(text: string): PlaylistFile {
  const plain = text.replace(/^\ufeff/, '');
  const [head, ...rows] = rowsOf(plain, delimiterOf(plain));
  const names = (head ?? []).map((name) =>
    name
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
  const columnOf = (field: Field) => COLUMNS[field].map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const at = Object.fromEntries(Object.keys(COLUMNS).map((field) => [field, columnOf(field as Field)])) as Record<
    Field,
    number
  >;
  if (at.title < 0) {
    throw new EnxameError(
      'invalid_request',
      'This table has no column with the titles of tracks. Export it with Exportify, TuneMyMusic or Soundiiz.',
    );
  }
  const tracks = rows
    .map((row) => trackOf((field) => oneLine(row[at[field]] ?? '')))
    .filter(({ title }) => title !== '');
  const playlists = new Set(at.playlist < 0 ? [] : rows.map((row) => oneLine(row[at.playlist] ?? '')));
  const [name = ''] = playlists.size === 1 ? playlists : [];
  return { name, description: '', tracks };
}

function trackOf(said: (field: Field) => string): FileTrack {
  const milliseconds = Number(said('milliseconds'));
  return {
    title: said('title'),
    artist: said('artist'),
    album: said('album'),
    durationS: milliseconds > 0 ? milliseconds / 1000 : secondsOf(said('length')),
    fileName: '',
    location: '',
  };
}

/** `3:45`, `1:02:03`; a number may be seconds or milliseconds, and so says nothing. */
function secondsOf(text: string): number | null {
  if (!/^\d{1,3}(:\d{2}){1,2}$/.test(text)) return null;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) || null;
}

/** The sign that the first line has the most of. */
function delimiterOf(text: string): string {
  const [line = ''] = /^[^\r\n]*/.exec(text) ?? [];
  const count = (sign: string) => line.split(sign).length;
  return DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

/** RFC 4180: fields in quotes may hold anything, and quotes twice. A quote inside a field without quotes stands for itself. */
function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const [field, end] = text[at] === '"' ? quoted(text, at + 1) : bare(text, at, delimiter);
    if (row.length < MAX_COLUMNS) row.push(field);
    at = end;
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
    } else if (at < text.length && text[at] !== '\r' && text[at] !== '\n') {
      // What stands behind closing quotes is nothing.
      at = bare(text, at, delimiter)[1];
      if (text[at] === delimiter) {
        at++;
        continue;
      }
    }
    while (text[at] === '\r' || text[at] === '\n') at++;
    if (row.some((value) => value !== '')) {
      // The first is the table's head.
      if (rows.length > 0) assertRoomForTrack(rows.length - 1);
      rows.push(row);
    }
    row = [];
  }
  return rows;
}

function quoted(text: string, from: number): [string, number] {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return [text.slice(from, at).replaceAll('""', '"'), at + 1];
  }
  return [text.slice(from), text.length];
}

function bare(text: string, from: number, delimiter: string): [string, number] {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
  return [text.slice(from, at), at];
}
