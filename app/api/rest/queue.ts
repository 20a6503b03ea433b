/** Where a listener left off: the queue that one device saved for the next, and bookmarks. */

import { MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import { EnxameError } from '@/lib/contracts/errors';
import type { RestCall } from './endpoint';
import { ERROR, RestError } from './envelope';
import { assertId, onlyIds, songById, songsById } from './library';
import { momentOf, songOf } from './shapes';

type Call = Pick<RestCall, 'account' | 'ask' | 'client' | 'appPasswordId'>;

const MAX_POSITION_MS = 86_400_000;

/** What was saved, with the songs that are still there; null: nothing is. */
export async function readQueue({ ask, account }: Call) {
  const { queue } = await ask('history.queue', { accountId: account.id });
  if (queue === null) return null;
  const songs = new Map((await songsById(ask, queue.trackIds)).map((song) => [song.id, song]));
  const entry = queue.trackIds.flatMap((id, n) => {
    const song = songs.get(id);
    return song === undefined ? [] : [{ n, song: songOf(song) }];
  });
  // Where the current song is gone, what follows it is.
  const at = entry.findIndex(({ n }) => n >= queue.currentIndex);
  const isThere = entry[at]?.n === queue.currentIndex;
  return {
    currentIndex: Math.max(0, at),
    current: entry[at]?.song.id,
    saved: {
      position: isThere ? queue.positionMs : 0,
      username: account.email,
      changed: momentOf(queue.changedAt),
      changedBy: queue.changedBy,
      entry: entry.map(({ song }) => song),
    },
  };
}

/** What is answered where nothing was saved. */
export const nothingSaved = ({ email }: RestCall['account']) => ({
  username: email,
  changed: momentOf(0),
  changedBy: '',
  entry: [],
});

/** @param current the song by its place in the list, or by its id; without either the first @throws {RestError} when it is none of them */
export async function saveQueue(
  { ask, account, client, appPasswordId }: Call,
  songIds: string[],
  current: { index?: number | undefined; id?: string | undefined },
  positionMs: number,
): Promise<void> {
  const trackIds = onlyIds(songIds);
  if (trackIds.length > MAX_QUEUE_ITEMS) {
    throw new EnxameError('too_large', `A saved queue may have ${MAX_QUEUE_ITEMS} songs.`);
  }
  const byId = current.id === undefined ? 0 : trackIds.indexOf(current.id);
  const currentIndex = current.index ?? byId;
  if (trackIds.length > 0 && (currentIndex < 0 || currentIndex >= trackIds.length)) {
    throw new RestError(ERROR.generic, 'The current song is none of the songs given.');
  }
  const queue = {
    trackIds,
    currentIndex: Math.max(0, currentIndex),
    positionMs: Math.min(MAX_POSITION_MS, positionMs),
    changedAt: Date.now(),
    changedBy: client.replace(/\p{Cc}/gu, '').slice(0, 60),
  };
  await ask('history.saveQueue', { accountId: account.id, device: appPasswordId, queue });
}

export async function listBookmarks({ ask, account }: Call) {
  const { bookmarks } = await ask('history.bookmarks', { accountId: account.id });
  const ids = bookmarks.map(({ trackId }) => trackId);
  const songs = new Map((await songsById(ask, ids)).map((song) => [song.id, song]));
  return bookmarks.flatMap(({ trackId, positionMs, comment, createdAt, changedAt }) => {
    const song = songs.get(trackId);
    if (song === undefined) return [];
    return {
      position: positionMs,
      username: account.email,
      ...(comment === '' ? {} : { comment }),
      created: momentOf(createdAt),
      changed: momentOf(changedAt),
      entry: songOf(song),
    };
  });
}

/** @throws {EnxameError} `not_found` */
export async function setBookmark(
  { ask, account }: Call,
  id: string,
  positionMs: number,
  comment: string,
): Promise<void> {
  const song = await songById(ask, id);
  const place = { trackId: song.id, positionMs: Math.min(MAX_POSITION_MS, positionMs), comment };
  await ask('history.setBookmark', { accountId: account.id, ...place });
}

export async function deleteBookmark({ ask, account }: Call, id: string): Promise<void> {
  await ask('history.deleteBookmark', { accountId: account.id, trackId: assertId(id) });
}
