/** Favourites and ratings: changed by apps, and told of every song, album and artist in an answer. */
import type { ListedAlbum, Song } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_MARKS_ASKED, type Mark, type MarkedKind } from '@/lib/contracts/marks';
import { inParts } from '@/lib/util/in-parts';
import { give } from './commands';
import type { RestCall } from './endpoint';
import { albumsById, onlyIds, songsById } from './library';
import { artistOf, momentOf } from './shapes';

type Call = Pick<RestCall, 'account' | 'ask'>;

const FAVOURITES_PAGE = 1_000;
/** Items that one command names, and ids that one question does. */
const BATCH = 500;

type Markable = { id: string; starred?: string; userRating?: number };
/** By the name that an answer has for it. Of `child` its own type decides. */
const KINDS: Record<string, MarkedKind> = { song: 'track', entry: 'track', album: 'album', artist: 'artist' };
const KINDS_OF_CHILD: Record<string, MarkedKind> = { song: 'track', album: 'album' };

/** Writes into an answer what this account marked of all that is in it. Without the service of marks the rest of an answer is still worth giving. */
export async function addMarks(call: Call, answer: object): Promise<void> {
  const found = markables(answer);
  const items = [...found].flatMap(([kind, byId]) => [...byId.keys()].map((id) => ({ kind, id })));
  const asked = inParts(items, MAX_MARKS_ASKED).map((part) =>
    call.ask('playlists.marks', { accountId: call.account.id, items: part }),
  );
  const answers = await Promise.all(asked).catch(() => []);
  for (const { kind, id, lovedAt, rating } of answers.flatMap(({ marks }) => marks)) {
    for (const item of found.get(kind)?.get(id) ?? []) {
      if (lovedAt !== null) item.starred = momentOf(lovedAt);
      if (rating !== null) item.userRating = rating;
    }
  }
}

function markables(answer: object): Map<MarkedKind, Map<string, Markable[]>> {
  const found = new Map<MarkedKind, Map<string, Markable[]>>();
  const visit = (name: string, node: object) => {
    const { mediaType = '' } = node as { mediaType?: string };
    const kind = name === 'child' ? KINDS_OF_CHILD[mediaType] : (KINDS_OF_CHILD[mediaType] ?? KINDS[name]);
    const { id } = node as Markable;
    if (kind !== undefined && onlyIds([id]).length > 0) {
      const byId = found.get(kind) ?? new Map<string, Markable[]>();
      found.set(kind, byId.set(id, [...(byId.get(id) ?? []), node as Markable]));
    }
    for (const [key, part] of Object.entries(node)) {
      // Artists as they are credited, and what a song has beside: nothing in there is marked.
      if (key === 'artists' && kind !== undefined) continue;
      for (const inner of [part].flat()) if (typeof inner === 'object' && inner !== null) visit(key, inner);
    }
  };
  visit('', answer);
  return found;
}

/** What an id names. The old interface stars albums and artists by `id`, too. */
async function kindsOf({ ask }: Pick<Call, 'ask'>, given: readonly string[]): Promise<Map<MarkedKind, string[]>> {
  const ids = onlyIds(given);
  const songs = new Set((await songsById(ask, ids)).map(({ id }) => id));
  const others = ids.filter((id) => !songs.has(id)).slice(0, BATCH);
  const { albums, artists } =
    others.length === 0 ? { albums: [], artists: [] } : await ask('catalog.named', { albums: others, artists: others });
  return new Map([
    ['track', ids.filter((id) => songs.has(id))],
    ['album', albums.map(({ id }) => id)],
    ['artist', artists.map(({ id }) => id)],
  ]);
}

/** Makes songs, albums and artists favourites, or no longer. @throws {EnxameError} `not_found` when none of them is there */
export async function star(
  call: Call & Pick<RestCall, 'publish'>,
  given: { id: string[]; albumId: string[]; artistId: string[] },
  loved: boolean,
): Promise<void> {
  const kinds = await kindsOf(call, [...given.id, ...given.albumId, ...given.artistId]);
  if ([...kinds.values()].every((ids) => ids.length === 0)) throw notThere();
  for (const [kind, ids] of kinds) {
    for (let at = 0; at < ids.length; at += BATCH) {
      const items = ids.slice(at, at + BATCH).map((id) => ({ id }));
      await give(call, 'favourite.set', { kind, loved, items });
    }
  }
}

/** @param rating 1 to 5 stars; 0: none any more @throws {EnxameError} `not_found` */
export async function rate(call: Call & Pick<RestCall, 'publish'>, id: string, rating: number): Promise<void> {
  const named = [...(await kindsOf(call, [id]))].find(([, ids]) => ids.length > 0);
  if (named === undefined) throw notThere();
  const [kind, ids] = named;
  await give(call, 'rating.set', { kind, ids, rating: rating === 0 ? null : rating });
}

const notThere = () => new EnxameError('not_found', 'Nothing was found under this id.');

/** Favourites of one kind, the newest first. */
export async function favouritesOf({ account, ask }: Call, kind: MarkedKind): Promise<Mark[]> {
  const all: Mark[] = [];
  for (;;) {
    const page = { accountId: account.id, kind, offset: all.length, limit: FAVOURITES_PAGE };
    const { favourites } = await ask('playlists.favourites', page);
    all.push(...favourites);
    if (favourites.length < FAVOURITES_PAGE) return all;
  }
}

/** All favourites that are still in the library. */
export async function starred(call: Call): Promise<{
  artists: ReturnType<typeof artistOf>[];
  albums: ListedAlbum[];
  songs: Song[];
}> {
  const [artists, albums, songs] = await Promise.all(
    (['artist', 'album', 'track'] as const).map(async (kind) => (await favouritesOf(call, kind)).map(({ id }) => id)),
  );
  return {
    artists: await artistsById(call.ask, artists ?? []),
    albums: await albumsById(call.ask, albums ?? []),
    songs: await songsById(call.ask, songs ?? []),
  };
}

async function artistsById(ask: Call['ask'], ids: string[]) {
  const answers = inParts(ids, BATCH).map((part) => ask('catalog.named', { artists: part }));
  return (await Promise.all(answers)).flatMap(({ artists }) => artists).map(artistOf);
}
