/** Which tracks the rules of a smart playlist choose. */
import { and, type SQL, sql } from 'drizzle-orm';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import type { SmartField, SmartRules, SmartSort } from '@/lib/contracts/smart-fields';
import { type Orm, queryRows } from '@/lib/database/database';
import { isShown } from '../browse';
import type { Deps } from '../deps';
import { albums, artists, genres, trackGenres, tracks } from '../schema';
import { fieldsOf, type ListenerFacts, type MarkColumns, readFacts } from './listener-facts';
import { VALUES, whereOf } from './where';

const DAY_MS = 86_400_000;

/**
 * A part of the tracks that rules choose, as plays and marks of the account are now.
 * @throws {EnxameError} `unavailable` or `timeout` when rules ask for plays or marks and their service does not answer
 */
export async function chooseTracks(
  { orm, bus }: Pick<Deps, 'orm' | 'bus'>,
  { accountId, rules, offset, limit, seed }: RpcParsedParams<'catalog.smart'>,
): Promise<RpcResult<'catalog.smart'>> {
  const now = Date.now();
  const facts = await readFacts(bus, accountId, rules);
  // By chance: the same all day, so that pages of the list fit together, and so do devices.
  return selectTracks(orm, rules, facts, { offset, limit, now, seed: seed ?? Math.floor(now / DAY_MS) });
}

interface Wanted {
  offset: number;
  limit: number;
  /** Epoch ms. */
  now: number;
  /** Of the order by chance. */
  seed: number;
}

/** As {@link chooseTracks}, with what is known of the listener. */
async function selectTracks(
  orm: Orm,
  rules: SmartRules,
  facts: ListenerFacts,
  { offset, limit, now, seed }: Wanted,
): Promise<RpcResult<'catalog.smart'>> {
  const [known, joined] = sourcesOf(facts);
  // What is not needed is not joined: the database cannot guess how many tracks fit, and would look up albums one by one.
  const withAlbums = usesAlbums(rules) ? sql`join ${albums} on ${albums.id} = ${tracks.albumId}` : sql.empty();
  const from = sql`from ${tracks} ${withAlbums} ${joined}
    where ${and(isShown(false), whereOf(rules, now))}`;
  const order = sql`order by ${sql.join(orderOf(rules.sort, seed), sql`, `)}`;
  const left = rules.limit === null ? limit : Math.max(0, Math.min(limit, rules.limit - offset));
  const ids = await queryRows<{ id: string }>(
    orm,
    sql`${known} select ${tracks.id} as id ${from} ${order} offset ${offset} limit ${left}`,
  );
  const lengths =
    rules.limit === null
      ? sql`select ${tracks.durationS} as s ${from}`
      : sql`select ${tracks.durationS} as s ${from} ${order} limit ${rules.limit}`;
  const [sums] = await queryRows<{ total: number; durationS: number }>(
    orm,
    sql`${known} select count(*)::int as total, coalesce(sum(s), 0)::float8 as "durationS" from (${lengths}) as chosen`,
  );
  return {
    trackIds: ids.map(({ id }) => id),
    total: sums?.total ?? 0,
    durationS: sums?.durationS ?? 0,
  };
}

/** Fields that are of the album's row. */
const OF_ALBUMS: ReadonlySet<string> = new Set([
  'originalYear',
  'releaseDate',
  'originalDate',
  'label',
  'releaseType',
  'compilation',
  'hasCover',
]);
/** Of these only the order is. */
const SORTED_BY_ALBUMS: ReadonlySet<string> = new Set(['album', 'albumArtist', ...OF_ALBUMS]);

const usesAlbums = (rules: SmartRules) =>
  fieldsOf(rules).some((field) => OF_ALBUMS.has(field)) || rules.sort.some(({ by }) => SORTED_BY_ALBUMS.has(by));

/** What is known of the listener, as tables beside the catalogue's, and how they are joined. */
function sourcesOf({ plays, track, album, artist }: ListenerFacts): [SQL, SQL] {
  const tables: SQL[] = [];
  const joins: SQL[] = [];
  if (plays !== null) {
    tables.push(sql`heard(id, plays, skips, last_at) as materialized (
      select * from unnest(${sql.param(plays.trackIds)}::text[], ${sql.param(plays.plays)}::int[],
        ${sql.param(plays.skips)}::int[], ${sql.param(plays.lastAt)}::float8[]))`);
    joins.push(sql`left join heard on heard.id = ${tracks.id}`);
  }
  const marked = (name: string, columns: MarkColumns | null, id: SQL) => {
    if (columns === null) return;
    const table = sql.identifier(name);
    tables.push(sql`${table}(id, loved_at, rating) as materialized (
      select * from unnest(${sql.param(columns.ids)}::text[], ${sql.param(columns.lovedAt)}::float8[],
        ${sql.param(columns.ratings)}::int[]))`);
    joins.push(sql`left join ${table} on ${table}.id = ${id}`);
  };
  marked('track_marks', track, sql`${tracks.id}`);
  marked('album_marks', album, sql`${tracks.albumId}`);
  marked('artist_marks', artist, sql`${tracks.artistId}`);
  const known = tables.length === 0 ? sql.empty() : sql`with ${sql.join(tables, sql`, `)}`;
  return [known, sql.join(joins, sql` `)];
}

/** Of several values of a track the order takes the names as they are credited together. */
const SORT_KEYS: Partial<Record<SmartField, SQL>> = {
  title: sql`${tracks.sortKey}`,
  artist: sql`${tracks.artistKey}`,
  albumArtist: sql`(select a.sort_key from ${artists} as a where a.id = ${albums.artistId})`,
  album: sql`${albums.sortKey}`,
  genre: sql`(select min(g.key) from ${trackGenres} as tg join ${genres} as g on g.id = tg.genre_id where tg.track_id = ${tracks.id})`,
  discSubtitle: sql`lower(${tracks.discSubtitle})`,
  label: sql`lower(${albums.label})`,
  comment: sql`lower(${tracks.comment})`,
  fileName: sql`lower(${tracks.mediaKey})`,
  fileType: sql`${tracks.mime}`,
};

/** Fields that a list can be sorted by: all that have one value, and names. */
const sortKey = (field: SmartField): SQL | undefined => SORT_KEYS[field] ?? VALUES[field];

function orderOf(sort: readonly SmartSort[], seed: number): SQL[] {
  const wanted = sort.map(({ by, order }) => {
    const key = by === 'random' ? sql`hashtextextended(${tracks.id}, ${seed}::bigint)` : sortKey(by);
    if (key === undefined) throw new Error(`no order by ${by}`);
    // What has no value comes last either way.
    return order === 'asc' ? sql`${key} asc nulls last` : sql`${key} desc nulls last`;
  });
  const byAlbum = [tracks.artistKey, tracks.albumKey, tracks.albumId, tracks.discNo, tracks.trackNo, tracks.id];
  return [...wanted, ...byAlbum.map((key) => sql`${key}`)];
}
