/** Reads the names that search knows from the tables. */
import { type SQL, sql } from 'drizzle-orm';
import { type Orm, queryRows } from '@/lib/database/database';
import { albumArtists, albums, artists, genres, trackArtists, trackGenres, tracks } from '../schema';
import type { Changed } from './follow';
import type { Entry } from './name-index';

/** Ids of one table, in order, from behind one on; or those named. */
export type Which = { after: string; limit: number } | { ids: readonly string[] };

interface Names {
  id: string;
  title: string;
  sortTitle: string | null;
  year: number | null;
  genres: string[] | null;
  shown: Entry['shown'];
}
interface TrackRow extends Names {
  artist: string;
  artistId: string;
  album: string;
  albumId: string;
  people: { id: string; names: (string | null)[] }[] | null;
}

/** Tracks with the names of all who took part and of their album, and whose they are. */
export async function readTracks(orm: Orm, which: Which): Promise<{ entry: Entry; people: string[] }[]> {
  const rows = await queryRows<TrackRow>(
    orm,
    sql`select t.id, t.title, t.sort_title as "sortTitle", t.year, t.artist_id as "artistId", t.album_id as "albumId", b.title as album,
        coalesce(t.artist_credit, a.name) as artist,
        case when t.missing then 'no' when t.withdrawn then 'withdrawn' else 'yes' end as shown,
        (select json_agg(json_build_object('id', p.artist_id, 'names', json_build_array(m.name, p.name, m.sort_name)))
          from (select artist_id, name from ${trackArtists} where track_id = t.id
            union select artist_id, null from ${albumArtists} where album_id = t.album_id
            union select t.artist_id, null) as p join ${artists} as m on m.id = p.artist_id) as people,
        ${genreNames(sql`tg.track_id = t.id`)} as genres
      from ${tracks} as t join ${albums} as b on b.id = t.album_id join ${artists} as a on a.id = t.artist_id
      where ${chosen(which)}`,
  );
  return rows.map((row) => {
    const people = row.people ?? [];
    const names = people.flatMap((person) => person.names.slice(0, 2)).filter((name) => name !== null);
    const sortNames = people.flatMap((person) => person.names[2] ?? []);
    return {
      people: [...new Set(people.map(({ id }) => id))],
      entry: {
        ...{ id: row.id, title: row.title, artist: row.artist, album: row.album, year: row.year, shown: row.shown },
        ...{ albumId: row.albumId, artistId: row.artistId },
        people: [...new Set(names)],
        also: [...new Set([...(row.sortTitle === null ? [] : [row.sortTitle]), ...sortNames])],
        genres: row.genres ?? [],
      },
    };
  });
}

/** Albums with the names of their artists. One is shown if any of its tracks is; its genres are its tracks'. */
export async function readAlbums(orm: Orm, which: Which): Promise<Entry[]> {
  const rows = await queryRows<Names & { artist: string; people: (string | null)[] | null }>(
    orm,
    sql`select t.id, t.title, t.sort_title as "sortTitle", t.year, coalesce(t.artist_credit, a.name) as artist,
        ${shownIf(sql`select 1 from ${tracks} as o where o.album_id = t.id`)} as shown,
        (select array_agg(m.name) || array_agg(m.sort_name) from ${artists} as m where m.id = t.artist_id
          or m.id in (select artist_id from ${albumArtists} where album_id = t.id)) as people,
        ${genreNames(sql`tg.track_id in (select o.id from ${tracks} as o where o.album_id = t.id)`)} as genres
      from ${albums} as t join ${artists} as a on a.id = t.artist_id
      where ${chosen(which)}`,
  );
  return rows.map(({ people, sortTitle, genres, ...row }) => ({
    ...row,
    album: row.title,
    people: (people ?? []).filter((name) => name !== null),
    also: sortTitle === null ? [] : [sortTitle],
    genres: genres ?? [],
  }));
}

/** Artists. One is shown if any track or album of theirs is. */
export async function readArtists(orm: Orm, which: Which): Promise<Entry[]> {
  const credited = sql`select 1 from ${trackArtists} as c join ${tracks} as o on o.id = c.track_id where c.artist_id = t.id and c.role <> 'albumArtist'`;
  const own = sql`select 1 from ${albumArtists} as c join ${tracks} as o on o.album_id = c.album_id where c.artist_id = t.id`;
  const rows = await queryRows<{ id: string; name: string; sortName: string | null; shown: Entry['shown'] }>(
    orm,
    sql`select t.id, t.name, t.sort_name as "sortName",
        case when exists (${credited} and ${IS_SHOWN}) or exists (${own} and ${IS_SHOWN}) then 'yes'
          when exists (${credited} and not o.missing) or exists (${own} and not o.missing) then 'withdrawn' else 'no' end as shown
      from ${artists} as t where ${chosen(which)}`,
  );
  return rows.map(({ name, sortName, ...row }) => ({
    ...row,
    ...{ title: name, artist: name, people: [name], album: '', year: null, genres: [] },
    also: sortName === null ? [] : [sortName],
  }));
}

/** Ids of the tracks that are found by what was renamed. */
export async function tracksNamedBy(orm: Orm, renamed: Changed['renamed']): Promise<string[]> {
  const [ofAlbums, ofArtists, ofGenres] = [renamed.albums, renamed.artists, renamed.genres].map((ids) =>
    listed([...ids]),
  );
  const rows = await queryRows<{ id: string }>(
    orm,
    sql`select id from ${tracks} where album_id = any(${ofAlbums}) or artist_id = any(${ofArtists})
      union select track_id from ${trackArtists} where artist_id = any(${ofArtists})
      union select t.id from ${tracks} as t join ${albumArtists} as c on c.album_id = t.album_id where c.artist_id = any(${ofArtists})
      union select track_id from ${trackGenres} where genre_id = any(${ofGenres})`,
  );
  return rows.map(({ id }) => id);
}

/** Ids of the albums of artists. */
export async function albumsOfArtists(orm: Orm, ids: Iterable<string>): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    orm,
    sql`select id from ${albums} where artist_id = any(${listed([...ids])})
      union select album_id from ${albumArtists} where artist_id = any(${listed([...ids])})`,
  );
  return rows.map(({ id }) => id);
}

const IS_SHOWN = sql`not o.missing and not o.withdrawn`;

const shownIf = (found: SQL) => sql`case when exists (${found} and ${IS_SHOWN}) then 'yes'
  when exists (${found} and not o.missing) then 'withdrawn' else 'no' end`;

const genreNames = (where: SQL) =>
  sql`(select array_agg(distinct g.name) from ${trackGenres} as tg join ${genres} as g on g.id = tg.genre_id where ${where})`;

const listed = (ids: readonly string[]) => sql`${sql.param([...ids])}::text[]`;

function chosen(which: Which): SQL {
  return 'ids' in which
    ? sql`t.id = any(${listed(which.ids)})`
    : sql`t.id > ${which.after} order by t.id limit ${which.limit}`;
}
