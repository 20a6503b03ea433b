import { api } from '@/lib/contracts/api';
import type { Track, TrackTags } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { MAX_PLAYLIST_NAME_CHARS } from '@/lib/contracts/playlists';
import { foldersOf, oneLine } from '@/lib/playlist-files/contents';
import { looser } from '@/lib/playlist-files/looser';
import { labelOf } from '@/lib/playlist-files/playlist-file';
import { type Call, route } from '../../_lib/route';

/** Tracks looked for by one question: few, so that with the embedded database others are answered in between. */
const BATCH = 100;
/** What a playlist is called where neither the file nor the page has a name for it. */
const NAMELESS = 'Playlist';

/** One command, however many tracks. */
export const POST = route(api.playlists.import, ({ account, ask, body, publish, runtime }) =>
  runtime.playlistReader.forAccount(account.id, async (read) => {
    const file = await read(body.format, body.text);
    const wanted = file.tracks.map(({ location, ...tags }) => ({ ...tags, folders: foldersOf(location) }));
    const found = await match(ask, wanted);
    await matchLooser(ask, wanted, found);
    const trackIds = found.flatMap((track) => (track === null ? [] : [track.id]));
    const missing = file.tracks.filter((_, n) => found[n] === null).map(labelOf);
    if (trackIds.length === 0) {
      throw new EnxameError(
        'not_found',
        missing.length === 0 ? 'This file lists no tracks.' : 'None of the tracks in this file are in the library.',
      );
    }
    const { playlistId = newId() } = body;
    const messageId = await publish('playlist.create', {
      playlistId,
      name: body.name ?? (oneLine(file.name, MAX_PLAYLIST_NAME_CHARS) || NAMELESS),
      description: file.description,
      trackIds,
    });
    return { messageId, playlistId, found: trackIds.length, missing };
  }),
);

/** What was not found is looked for once more by what is usual to all who tag it. */
async function matchLooser(ask: Call['ask'], wanted: readonly TrackTags[], found: (Track | null)[]): Promise<void> {
  const left = wanted.flatMap((track, n) => {
    const other = found[n] === null ? looser(track) : null;
    return other === null ? [] : [{ n, other }];
  });
  const again = await match(
    ask,
    left.map(({ other }) => other),
  );
  left.forEach(({ n }, i) => {
    found[n] = again[i] ?? null;
  });
}

/** One batch after the other: an import does not crowd out everybody's searches. */
async function match(ask: Call['ask'], wanted: readonly TrackTags[]): Promise<(Track | null)[]> {
  const found: (Track | null)[] = [];
  for (let from = 0; from < wanted.length; from += BATCH) {
    const answer = await ask('catalog.match', { wanted: wanted.slice(from, from + BATCH) });
    found.push(...answer.tracks);
  }
  return found;
}
