import * as z from 'zod/mini';
import type { Track } from '@/lib/contracts/catalog';
import { formats, type PlaylistFormat } from '@/lib/playlist-files/playlist-file';
import { InvalidBody } from '../../../_lib/problem';
import { readId } from '../../../_lib/query';
import { type Call, route } from '../../../_lib/route';
import { allTracks } from '../../../_lib/tracks';

const format = z.enum(Object.keys(formats) as [PlaylistFormat, ...PlaylistFormat[]]);

/** A file for other programs, by `format`: names and lengths of the tracks, and where this site has them. */
export const GET = route({ access: 'listener' }, async (call) => {
  const { account, ask, params, url } = call;
  const wanted = z.safeParse(format, url.searchParams.get('format') ?? 'm3u8');
  if (!wanted.success) throw new InvalidBody(wanted.error.issues);
  const playlist = await ask('playlists.get', { id: readId(params), accountId: account.id });
  const tracks = await allTracks(
    ask,
    playlist.entries.map((entry) => entry.trackId),
  );
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const text = formats[wanted.data].write({
    name: playlist.name,
    description: playlist.description,
    tracks: playlist.entries.flatMap(({ trackId }) => {
      const track = byId.get(trackId);
      return track === undefined ? [] : [{ ...track, fileName: '', location: addressOf(call, track) }];
    }),
  });
  return new Response(text, {
    headers: {
      'content-type': formats[wanted.data].mime,
      'content-disposition': attachment(`${playlist.name}.${wanted.data}`),
      'cache-control': 'no-store',
    },
  });
});

/** Where the site shows the track. */
function addressOf({ request, runtime }: Call, track: Track): string {
  // This server speaks plain HTTP; what stands before it is named by PUBLIC_URL.
  const site = runtime.config.publicUrl ?? `http://${request.headers.get('host') ?? 'localhost'}`;
  return new URL(`/albums/${track.albumId}#${track.id}`, site).href;
}

/** RFC 6266: a plain name for old clients, the whole one for all others. */
function attachment(fileName: string): string {
  const safe = fileName.replace(/[\p{Cc}/\\:*?"<>|]+/gu, '_');
  const plain = safe.replace(/[^\x20-\x7e]|%/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
