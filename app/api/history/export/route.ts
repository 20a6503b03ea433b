import { api } from '@/lib/contracts/api';
import type { ExportedPlay } from '@/lib/contracts/api/history';
import type { Track } from '@/lib/contracts/catalog';
import type { Play } from '@/lib/contracts/history';
import { type Call, route } from '../../_lib/route';

/**
 * All plays of this listener as one JSON document, the oldest first. It is written piece by piece, so that no process ever
 * holds the whole: when a piece fails, the download breaks off without its end, which no reader takes for a whole document.
 */
export const GET = route(api.history.export, async ({ account, ask, runtime, requestId }) => {
  const now = new Date().toISOString();
  const pieces = exportPieces(account.id, now, ask);
  // The first piece is fetched before anything is answered: a service that is away is told as such.
  const first = await pieces.next();
  const encoder = new TextEncoder();
  let next = Promise.resolve(first);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await next;
          if (done) return controller.close();
          controller.enqueue(encoder.encode(value));
          next = pieces.next();
          // Whoever reads hears of it with the next pull.
          next.catch(() => {});
        } catch (error) {
          runtime.log.warn({ error, requestId }, 'an export broke off');
          controller.error(error);
        }
      },
      cancel: () => void pieces.return(undefined),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="enxame-history-${now.slice(0, 10)}.json"`,
      'cache-control': 'no-store',
    },
  });
});

/** Text that is one JSON document when put together: `{ exportedAt, plays: [...], count }`. */
async function* exportPieces(
  accountId: string,
  exportedAt: string,
  ask: Call['ask'],
): AsyncGenerator<string, undefined> {
  let count = 0;
  let cursor: string | null = null;
  let text = `{"exportedAt":${JSON.stringify(exportedAt)},"plays":[`;
  do {
    const piece: { plays: Play[]; cursor: string | null } = await ask('history.export', { accountId, cursor });
    const ids = [...new Set(piece.plays.map(({ trackId }) => trackId))];
    const { tracks } = ids.length === 0 ? { tracks: [] } : await ask('catalog.tracks', { ids });
    const byId = new Map(tracks.map((track) => [track.id, track]));
    for (const play of piece.plays) {
      text += `${count === 0 ? '' : ','}\n${JSON.stringify(exported(play, byId.get(play.trackId)))}`;
      count += 1;
    }
    yield text;
    text = '';
    cursor = piece.cursor;
  } while (cursor !== null);
  yield `\n],"count":${count}}\n`;
}

/** A play as people keep it; null where the track is not in the catalogue any more. */
function exported({ startedAt, ...play }: Play, track: Track | undefined): ExportedPlay {
  return {
    startedAt: new Date(startedAt).toISOString(),
    title: track?.title ?? null,
    artist: track?.artist ?? null,
    album: track?.album ?? null,
    ...play,
  };
}
