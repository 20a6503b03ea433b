/** What was named on the command line, as tracks. */
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { id as idSchema } from '@/lib/contracts/ids';
import type { Api } from '../client/api';
import { UsageError } from '../client/failures';
import * as ask from '../client/requests';

const ALBUMS_A_PAGE = 100;

/** The track of an id, or the likeliest for search words. @throws {EnxameError} `not_found`; the gateway's refusal */
export async function oneTrack(api: Api, words: readonly string[]): Promise<Track> {
  const text = words.join(' ');
  const named = idSchema.safeParse(text).success ? await orNone(() => ask.oneTrack(api, text)) : null;
  const found = named ?? (await ask.search(api, text, 1)).tracks[0];
  if (found === undefined) throw new EnxameError('not_found', 'No track matches.');
  return found;
}

/** Tracks of ids of tracks, albums and playlists, each once. @throws {EnxameError} `not_found`; {UsageError} what is no id */
export async function tracksOf(api: Api, ids: readonly string[]): Promise<Track[]> {
  const tracks: Track[] = [];
  for (const id of ids) {
    if (!idSchema.safeParse(id).success) throw new UsageError(`"${id}" is not the id of a track, album or playlist.`);
    const found =
      (await orNone(async () => [await ask.oneTrack(api, id)])) ??
      (await orNone(async () => (await ask.album(api, id)).tracks)) ??
      (await orNone(async () => (await ask.playlist(api, id)).tracks));
    if (found === null) throw new EnxameError('not_found', `There is no track, album or playlist with the id ${id}.`);
    tracks.push(...found);
  }
  return once(tracks);
}

/** The whole library, album by album. @throws {EnxameError} the gateway's refusal */
export async function allTracks(api: Api): Promise<Track[]> {
  const tracks: Track[] = [];
  for (let offset = 0, total = 1; offset < total; offset += ALBUMS_A_PAGE) {
    const page = await ask.albums(api, ALBUMS_A_PAGE, offset);
    total = page.total;
    for (const { id } of page.albums) tracks.push(...(await ask.album(api, id)).tracks);
  }
  return once(tracks);
}

function once(tracks: readonly Track[]): Track[] {
  return [...new Map(tracks.map((track) => [track.id, track])).values()];
}

async function orNone<T>(find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (isEnxameError(error) && error.code === 'not_found') return null;
    throw error;
  }
}
