import type { ExportedPlay } from '@/lib/contracts/api/history';
import type { Track } from '@/lib/contracts/catalog';
import type { Play } from '@/lib/contracts/history';
import type { Call } from './route';

/** Text that is one JSON document when put together: `{ exportedAt, plays: [...], count }`. */
export async function* historyDocument(
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
