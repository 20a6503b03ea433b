import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { makeZip } from 'client-zip';
import { allTracks } from '@/app/api/_lib/lookups';
import { trackIdsOf } from '@/app/api/_lib/smart';
import type { Account } from '@/lib/auth/sessions';
import type { Track } from '@/lib/contracts/catalog';
import type { Mark } from '@/lib/contracts/marks';
import type { PlaylistSummary } from '@/lib/contracts/playlists';
import { safeName } from '@/lib/downloads/file-names';
import { formats } from '@/lib/playlist-files/playlist-file';
import { historyDocument } from '../../_lib/history-document';
import type { Call } from '../../_lib/route';

type Asked = Pick<Call, 'ask' | 'runtime' | 'session'> & { account: Account };
type Pieces = AsyncGenerator<string, void>;

/**
 * All that the server has of an account as a zip archive of JSON documents, and a file for each of its playlists that other programs read.
 * Each part is asked for when its turn comes.
 * @param brokeOff told why, when a part fails; the stream ends with that error
 * @throws {EnxameError} when a service does not answer, before anything is sent
 */
export async function accountArchive(asked: Asked, now: Date, brokeOff: (error: unknown) => void): Promise<Readable> {
  const { account, ask } = asked;
  const { playlists } = await ask('playlists.list', { accountId: account.id });
  const owned = playlists.filter(({ role }) => role === 'owner');
  const parts: Record<string, () => Pieces> = {
    'account.json': () => aboutAccount(asked, now),
    'playlists.json': () =>
      listed(
        'playlists',
        eachOf(owned, (playlist) => playlistDocument(asked, playlist)),
      ),
    'favourites-and-ratings.json': () => listed('marks', eachMark(asked)),
    'plays.json': () => historyDocument(account.id, now.toISOString(), ask),
    'apps.json': () => aboutApps(asked),
    ...Object.fromEntries(
      owned.map((playlist, n) => [fileName(playlist, n), () => playlistFile(asked, playlist)] as const),
    ),
  };
  return zipOf(parts, now, brokeOff);
}

/** One part after the other, each as it is read. */
function zipOf(parts: Record<string, () => Pieces>, lastModified: Date, brokeOff: (error: unknown) => void): Readable {
  async function* files() {
    for (const [name, pieces] of Object.entries(parts)) yield { name, lastModified, input: told(pieces()) };
  }
  async function* told(pieces: Pieces) {
    try {
      yield* pieces;
    } catch (error) {
      brokeOff(error);
      throw error;
    }
  }
  return Readable.fromWeb(makeZip(files()) as NodeReadableStream<Uint8Array>);
}

async function* aboutAccount({ account, runtime, session }: Asked, now: Date): Pieces {
  const { accounts } = runtime;
  const [sessions, appPasswords] = await Promise.all([
    accounts.sessions.list(account.id, session.id),
    accounts.appPasswords.list(account.id),
  ]);
  yield document({ exportedAt: now.toISOString(), server: runtime.config.publicUrl, account, sessions, appPasswords });
}

async function* aboutApps({ account, ask }: Asked): Pieces {
  const accountId = account.id;
  const [{ queue }, listed, { bookmarks }, scrobbling] = await Promise.all([
    ask('history.queue', { accountId }),
    ask('history.queues', { accountId }),
    ask('history.bookmarks', { accountId }),
    ask('history.forwarding', { accountId }),
  ]);
  const queues = await Promise.all(
    listed.queues.map(async ({ device }) => ({ device, ...(await ask('history.queue', { accountId, device })).queue })),
  );
  yield document({
    queue,
    queues,
    bookmarks,
    scrobbling: { server: scrobbling.server, userName: scrobbling.userName },
  });
}

async function playlistDocument({ account, ask }: Asked, { id }: PlaylistSummary) {
  const playlist = await ask('playlists.get', { id, accountId: account.id });
  const byId = await tracksOf(
    ask,
    playlist.entries.map(({ trackId }) => trackId),
  );
  const { name, description, visibility, members, updatedAt, rules = null } = playlist;
  const entries = playlist.entries.map(({ trackId, addedAt }) => {
    const { title = null, artist = null, album = null } = byId.get(trackId) ?? {};
    return { trackId, addedAt, title, artist, album };
  });
  return { id, name, description, visibility, members, updatedAt, rules, entries };
}

/** Those of these tracks that exist, by id. */
async function tracksOf(ask: Call['ask'], trackIds: string[]): Promise<Map<string, Track>> {
  return new Map((await allTracks(ask, trackIds)).map((track) => [track.id, track]));
}

async function* playlistFile({ account, ask }: Asked, { id, name, description }: PlaylistSummary): Pieces {
  const playlist = await ask('playlists.get', { id, accountId: account.id });
  const { trackIds } = await trackIdsOf(ask, playlist);
  const byId = await tracksOf(ask, trackIds);
  const found = trackIds.flatMap((trackId) => byId.get(trackId) ?? []);
  yield formats.xspf.write({
    name,
    description,
    tracks: found.map((track) => ({ ...track, fileName: '', location: '' })),
  });
}

async function* eachMark({ account, ask }: Asked): AsyncGenerator<object, void> {
  let cursor: Pick<Mark, 'kind' | 'id'> | null = null;
  do {
    const piece: { marks: Mark[]; cursor: Pick<Mark, 'kind' | 'id'> | null } = await ask('playlists.exportMarks', {
      accountId: account.id,
      cursor,
    });
    const idsOf = (kind: Mark['kind']) => piece.marks.filter((mark) => mark.kind === kind).map(({ id }) => id);
    const [tracks, { albums, artists }] = await Promise.all([
      allTracks(ask, idsOf('track')),
      ask('catalog.named', { albums: idsOf('album'), artists: idsOf('artist') }),
    ]);
    const names = new Map<string, object>([
      ...tracks.map(({ id, title, artist, album }) => [id, { title, artist, album }] as const),
      ...albums.map(({ id, title, artist }) => [id, { album: title, artist }] as const),
      ...artists.map(({ id, name }) => [id, { artist: name }] as const),
    ]);
    for (const mark of piece.marks) yield { ...mark, ...names.get(mark.id) };
    cursor = piece.cursor;
  } while (cursor !== null);
}

async function* eachOf<T>(items: readonly T[], read: (item: T) => Promise<object>): AsyncGenerator<object, void> {
  for (const item of items) yield await read(item);
}

/** `{ "<name>": [...] }`, an item a line. */
async function* listed(name: string, items: AsyncGenerator<object, void>): Pieces {
  let separator = '';
  yield `{${JSON.stringify(name)}:[`;
  for await (const item of items) {
    yield `${separator}\n${JSON.stringify(item)}`;
    separator = ',';
  }
  yield '\n]}\n';
}

const document = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** Numbered, since two playlists may have one name. */
const fileName = ({ name }: PlaylistSummary, n: number) =>
  `playlists/${String(n + 1).padStart(3, '0')} ${safeName(name, 'Playlist')}.xspf`;
