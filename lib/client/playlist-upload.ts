/** What a client does with a playlist file before it sends it: how it is encoded, and which playlists are in it. */
import type { ImportFormat } from '@/lib/contracts/playlists';
import { decodeText } from '@/lib/util/decode-text';

export interface PlaylistUpload {
  format: ImportFormat;
  text: string;
}

/**
 * A file as it is sent. Spotify's export of all playlists of an account is one file: each of its playlists becomes a request of its own.
 * @param name of the file, whose ending tells the format
 */
export function playlistUploads(name: string, bytes: Uint8Array): PlaylistUpload[] {
  const format = formatOf(name);
  const text = decodeText(bytes);
  if (format === 'nsp') return [{ format, text: withName(text, name) }];
  if (format !== 'json') return [{ format, text }];
  return playlistsIn(text).map((one) => ({ format, text: one }));
}

function formatOf(name: string): ImportFormat {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'xspf' || ending === 'csv' || ending === 'json' || ending === 'nsp' ? ending : 'm3u8';
}

/** Navidrome calls a smart playlist without a name by its file. */
function withName(text: string, fileName: string): string {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null || Array.isArray(found) || 'name' in found) return text;
    return JSON.stringify({ name: fileName.replace(/\.[^.]*$/, ''), ...found });
  } catch {
    return text;
  }
}

/** The server says what is wrong with a file that is none. */
function playlistsIn(text: string): string[] {
  try {
    const { playlists } = JSON.parse(text) as { playlists?: unknown };
    if (!Array.isArray(playlists) || playlists.length < 2) return [text];
    // Two that are equal would be one.
    return [...new Set(playlists.map((playlist) => JSON.stringify({ playlists: [playlist] })))];
  } catch {
    return [text];
  }
}
