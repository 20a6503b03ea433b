import { allTracks } from '@/app/api/_lib/lookups';
import { trackIdsOf } from '@/app/api/_lib/smart';
import { api } from '@/lib/contracts/api';
import type { Track } from '@/lib/contracts/catalog';
import { formats } from '@/lib/playlist-files/playlist-file';
import { type Call, route } from '../../../_lib/route';

/** Names and lengths of the tracks, and where this site has them. */
export const GET = route(api.playlists.export, async (call) => {
  const { account, ask, params, query } = call;
  const playlist = await ask('playlists.get', { id: params.id, accountId: account.id });
  const { trackIds } = await trackIdsOf(ask, playlist);
  const tracks = await allTracks(ask, trackIds);
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const text = formats[query.format].write({
    name: playlist.name,
    description: playlist.description,
    tracks: trackIds.flatMap((trackId) => {
      const track = byId.get(trackId);
      return track === undefined ? [] : [{ ...track, fileName: '', location: addressOf(call, track) }];
    }),
  });
  return new Response(text, {
    headers: {
      'content-type': formats[query.format].mime,
      'content-disposition': attachment(`${playlist.name}.${query.format}`),
      'cache-control': 'no-store',
    },
  });
});

/** Where the site shows the track. */
function addressOf({ request, runtime }: Pick<Call, 'request' | 'runtime'>, track: Track): string {
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
