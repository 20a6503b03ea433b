/** The library as apps of the OpenSubsonic API list it: whole, in pages, with facts about files that the pages do not show. */
import { and, asc, between, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Artist, ListedAlbum, Song } from '@/lib/contracts/catalog';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import { type Orm, queryRows } from '@/lib/database/database';
import { albumsByIds, isShown, tracksByIds } from './browse';
import type { Deps } from './deps';
import { genreKey } from './identity';
import { albumArtists, albums, artists, genres, trackArtists, trackGenres, tracks } from './schema';
import { appPlaces } from './tree/apps';

/** What lists are made of. */
type Library = Pick<Deps, 'orm' | 'media'>;

const shown = isShown(false);
/** Whatever order a page of rows came in, ties and all, the next page goes on with. */
const byAlbum = [
  asc(tracks.albumKey),
  asc(tracks.albumId),
  asc(tracks.discNo),
  asc(tracks.trackNo),
  asc(tracks.mediaKey),
];

/** Tracks by their ids in the order asked, or those of an album, an artist, or the whole library. None that is withdrawn or missing, but by id. */
export async function listSongs({ orm, media }: Library, wanted: RpcParsedParams<'catalog.songs'>): Promise<Song[]> {
  const { ids, albumId, artistId, genre, sort, offset, limit } = wanted;
  if (ids !== undefined) return songsByIds({ orm, media }, ids);
  const rows = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .where(
      and(
        shown,
        albumId === undefined ? undefined : eq(tracks.albumId, albumId),
        artistId === undefined ? undefined : inArray(tracks.id, tracksOfArtist(orm, artistId)),
        genre === undefined ? undefined : inArray(tracks.id, tracksOfGenre(orm, genre)),
        withinYears(wanted),
      ),
    )
    .orderBy(...(sort === 'random' ? [sql`random()`] : byAlbum))
    .offset(offset)
    .limit(limit);
  return songsByIds(
    { orm, media },
    rows.map(({ id }) => id),
  );
}

/** Those that exist, in the order asked. */
export async function songsByIds({ orm, media }: Library, ids: readonly string[]): Promise<Song[]> {
  const found = await tracksByIds(orm, ids);
  if (found.length === 0) return [];
  const places = await appPlaces(orm, media);
  const { id, size, addedAt, mediaKey, folderKey, albumId } = tracks;
  const rows = await orm
    .select({ id, size, addedAt, mediaKey, folderKey, year: albums.year })
    .from(tracks)
    .innerJoin(albums, eq(albums.id, albumId))
    .where(
      inArray(
        id,
        found.map((track) => track.id),
      ),
    );
  const facts = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap((track) => {
    const fact = facts.get(track.id);
    if (fact === undefined) return [];
    const file = { fileName: media.nameOf(fact.mediaKey), folderId: places(fact.folderKey).id };
    return { ...track, size: fact.size, addedAt: fact.addedAt, year: track.year ?? fact.year, ...file };
  });
}

/** @returns seconds of these tracks together, and the first cover among them */
export async function durationsOf(orm: Orm, ids: readonly string[]): Promise<RpcResult<'catalog.durations'>> {
  const cover = sql`coalesce(${tracks.coverId}, ${albums.coverId})`;
  const [row] = await queryRows<RpcResult<'catalog.durations'>>(
    orm,
    sql`select coalesce(sum(${tracks.durationS}), 0)::float8 as "durationS",
        (array_agg(${cover} order by named.place) filter (where ${cover} is not null))[1] as "coverId"
      from unnest(${sql.param([...ids])}::text[]) with ordinality as named (id, place)
      join ${tracks} on ${tracks.id} = named.id join ${albums} on ${albums.id} = ${tracks.albumId} where ${shown}`,
  );
  return row ?? { durationS: 0, coverId: null };
}

/** Albums by their ids in the order asked, those of an artist, or all. */
export async function listAlbums(orm: Orm, wanted: RpcParsedParams<'catalog.albumList'>): Promise<ListedAlbum[]> {
  const facts = orm
    .select({
      albumId: tracks.albumId,
      durationS: sql<number>`sum(${tracks.durationS})::float8`.as('album_duration'),
      addedAt: sql<number>`min(${tracks.addedAt})::float8`.as('album_added'),
    })
    .from(tracks)
    .where(and(shown, wanted.ids === undefined ? undefined : inArray(tracks.albumId, wanted.ids)))
    .groupBy(tracks.albumId)
    .as('facts');
  const page = await orm
    .select({ id: albums.id, durationS: facts.durationS, addedAt: facts.addedAt })
    .from(albums)
    .innerJoin(facts, eq(facts.albumId, albums.id))
    .innerJoin(artists, eq(artists.id, albums.artistId))
    .where(
      and(
        wanted.artistId === undefined ? undefined : albumsOfArtist(orm, wanted.artistId),
        wanted.genre === undefined
          ? undefined
          : inArray(albums.id, albumsOf(orm, inArray(tracks.id, tracksOfGenre(orm, wanted.genre)))),
        withinYears(wanted),
      ),
    )
    .orderBy(...ALBUM_ORDERS[wanted.sort](facts))
    .offset(wanted.offset)
    .limit(wanted.limit);
  const factsById = new Map(page.map(({ id, ...itsFacts }) => [id, itsFacts]));
  const found = await albumsByIds(orm, wanted.ids ?? [...factsById.keys()]);
  return found.flatMap((album) => {
    const itsFacts = factsById.get(album.id);
    return itsFacts === undefined ? [] : { ...album, ...itsFacts };
  });
}

const ALBUM_ORDERS: Record<
  RpcParsedParams<'catalog.albumList'>['sort'],
  (facts: { addedAt: SQL.Aliased<number> }) => SQL[]
> = {
  name: () => [asc(albums.titleKey), asc(albums.id)],
  artist: () => [asc(artists.key), asc(albums.year), asc(albums.titleKey), asc(albums.id)],
  newest: ({ addedAt }) => [desc(addedAt), asc(albums.id)],
  oldestYear: () => [asc(albums.year), asc(albums.titleKey), asc(albums.id)],
  newestYear: () => [sql`${albums.year} desc nulls last`, asc(albums.titleKey), asc(albums.id)],
  random: () => [sql`random()`],
};

function withinYears({
  fromYear,
  toYear,
}: {
  fromYear?: number | undefined;
  toYear?: number | undefined;
}): SQL | undefined {
  if (fromYear === undefined && toYear === undefined) return undefined;
  return between(albums.year, fromYear ?? 0, toYear ?? 9999);
}

/** Tracks that name an artist, in whatever role. */
function tracksOfArtist(orm: Orm, artistId: string) {
  return orm.select({ id: trackArtists.trackId }).from(trackArtists).where(eq(trackArtists.artistId, artistId));
}

function tracksOfGenre(orm: Orm, name: string) {
  return orm
    .select({ id: trackGenres.trackId })
    .from(trackGenres)
    .innerJoin(genres, eq(genres.id, trackGenres.genreId))
    .where(eq(genres.key, genreKey(name)));
}

const albumsOf = (orm: Orm, where: SQL | undefined) =>
  orm.select({ id: tracks.albumId }).from(tracks).where(and(shown, where));

/** Their own albums, and those that they are heard on. */
function albumsOfArtist(orm: Orm, artistId: string): SQL | undefined {
  const own = orm.select({ id: albumArtists.albumId }).from(albumArtists).where(eq(albumArtists.artistId, artistId));
  return or(
    inArray(albums.id, own),
    inArray(albums.id, albumsOf(orm, inArray(tracks.id, tracksOfArtist(orm, artistId)))),
  );
}

/** Genres of what is shown, by name. */
export async function listGenres(orm: Orm): Promise<RpcResult<'catalog.genreList'>['genres']> {
  return await orm
    .select({
      name: genres.name,
      songs: sql<number>`count(distinct ${tracks.id})::int`,
      albums: sql<number>`count(distinct ${tracks.albumId})::int`,
    })
    .from(trackGenres)
    .innerJoin(genres, eq(genres.id, trackGenres.genreId))
    .innerJoin(tracks, eq(tracks.id, trackGenres.trackId))
    .where(shown)
    .groupBy(genres.id)
    .orderBy(asc(genres.key));
}

/** Artists that have albums of their own, by name. */
export async function listArtists(orm: Orm, wanted: RpcParsedParams<'catalog.artistIndex'>): Promise<Artist[]> {
  const counted = orm
    .select({ albumId: tracks.albumId, tracks: sql<number>`count(*)::int`.as('shown_tracks') })
    .from(tracks)
    .where(shown)
    .groupBy(tracks.albumId)
    .as('counted');
  return await orm
    .select({
      id: artists.id,
      name: artists.name,
      albumCount: sql<number>`count(*)::int`,
      trackCount: sql<number>`sum(${counted.tracks})::int`,
      coverId: sql<
        string | null
      >`(array_agg(${albums.coverId} order by ${albums.year} desc nulls last) filter (where ${albums.coverId} is not null))[1]`,
    })
    .from(albumArtists)
    .innerJoin(albums, eq(albums.id, albumArtists.albumId))
    .innerJoin(counted, eq(counted.albumId, albums.id))
    .innerJoin(artists, eq(artists.id, albumArtists.artistId))
    .groupBy(artists.id)
    .orderBy(asc(artists.key), asc(artists.id))
    .offset(wanted.offset)
    .limit(wanted.limit);
}
