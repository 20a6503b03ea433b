import { api } from '@/lib/contracts/api';
import type { ImportedPlaylist } from '@/lib/contracts/api/playlists';
import type { Track, TrackTags } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { MAX_PLAYLIST_DESCRIPTION_CHARS, MAX_PLAYLIST_NAME_CHARS } from '@/lib/contracts/playlists';
import { smartRules } from '@/lib/contracts/smart';
import { foldersOf, oneLine } from '@/lib/playlist-files/contents';
import { looser } from '@/lib/playlist-files/looser';
import { readNsp } from '@/lib/playlist-files/nsp';
import { labelOf } from '@/lib/playlist-files/playlist-file';
import { type Call, route } from '../../_lib/route';

/** Tracks looked for by one question: few, so that with the embedded database others are answered in between. */
const BATCH = 100;
/** What a playlist is called where neither the file nor the page has a name for it. */
const NAMELESS = 'Playlist';

type ImportCall = Call<typeof api.playlists.import>;

/** One command, however many tracks. */
export const POST = route(api.playlists.import, ({ account, ask, body, publish, runtime }) =>
  runtime.playlistReader.forAccount(account.id, async (read) => {
    if (body.format === 'nsp') return importSmart(body, account.id, ask, publish);
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

/** One command, too. `found`: the tracks that its rules choose now. */
async function importSmart(
  { text, name, playlistId = newId() }: ImportCall['body'],
  accountId: string,
  ask: Call['ask'],
  publish: ImportCall['publish'],
): Promise<ImportedPlaylist> {
  const { rules: given, description, name: ofFile } = readNsp(text);
  const rules = smartRules.parse(given);
  const { total } = await ask('catalog.smart', { accountId, rules, offset: 0, limit: 0 });
  const messageId = await publish('playlist.create', {
    playlistId,
    name: name ?? (oneLine(ofFile, MAX_PLAYLIST_NAME_CHARS) || NAMELESS),
    description: oneLine(description, MAX_PLAYLIST_DESCRIPTION_CHARS),
    trackIds: [],
    rules,
  });
  return { messageId, playlistId, found: total, missing: [] };
}

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
