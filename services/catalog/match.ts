import { type SQL, sql } from 'drizzle-orm';
import type { Track, TrackTags } from '@/lib/contracts/catalog';
import type { Orm } from '@/lib/database/database';
import { isShown, tracksByIds } from './browse';
import { fileKey, tracks } from './schema';
import { normalise } from './text';

/** Two files whose lengths differ by no more are taken for the same recording: encoders pad, players round. */
const SAME_LENGTH_S = 3;
/**
 * Tracks looked at for one that is wanted. A tenth of a library may be called Intro: comparing all of them with each of 500 that are
 * wanted took 20 s at 100,000 tracks (PGlite, measured). A file name that more tracks have than this points to none of them.
 */
const MAX_CANDIDATES = 200;

/**
 * The track that each of `wanted` means, or null. Title and artist must be the same, as search compares them; of several the
 * one on the same album, then of the nearest length. Where no artist is said, album or length must fit. What no tags
 * find is looked for by its file's name, and taken when that and the length (or, without any tags, the name alone) point to one track only.
 */
export async function matchTracks(orm: Orm, wanted: readonly TrackTags[]): Promise<(Track | null)[]> {
  const byTags = await findByTags(orm, wanted);
  const left = wanted.flatMap((one, n) => (byTags.has(n) || one.fileName === '' ? [] : [{ ...one, n }]));
  const found = new Map([...byTags, ...(await findByFileName(orm, left))]);
  const known = new Map((await tracksByIds(orm, [...found.values()])).map((track) => [track.id, track]));
  return wanted.map((_, n) => known.get(found.get(n) ?? '') ?? null);
}

/** Place in `wanted` to a track's id. */
type Matches = Map<number, string>;

async function findByTags(orm: Orm, wanted: readonly TrackTags[]): Promise<Matches> {
  const keys = wanted.map(({ title, artist, album, durationS }, n) => ({
    n,
    title: normalise(title),
    artist: normalise(artist),
    album: normalise(album),
    duration: durationS,
  }));
  const given = keys.filter((key) => key.title !== '');
  if (given.length === 0) return new Map();
  const away = sql`abs(duration_s - given.duration)`;
  const found = sql`(
    select id from (${candidates(sql`title_key = given.title and artist_key = given.artist`)}
      union all ${candidates(sql`title_key = given.title and given.artist = ''`)}) as candidates
    where artist_key = given.artist or (given.album <> '' and album_key = given.album) or ${away} <= ${SAME_LENGTH_S}
    order by (album_key = given.album) desc, ${away} nulls last, path limit 1
  )`;
  const rows = orm
    .select({ n: sql<number>`given.n`.as('n'), id: sql<string | null>`${found}`.as('id') })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(n int, title text, artist text, album text, duration float8)`,
    );
  return toMatches(await rows);
}

async function findByFileName(orm: Orm, left: readonly (TrackTags & { n: number })[]): Promise<Matches> {
  if (left.length === 0) return new Map();
  const given = left.map(({ n, fileName, title, durationS }) => ({
    n,
    file: fileName.toLowerCase(),
    untagged: title === '',
    duration: durationS,
  }));
  const fits = sql`coalesce(abs(duration_s - given.duration) <= ${SAME_LENGTH_S}, given.untagged)`;
  const found = sql`(
    select min(id) filter (where ${fits}) from ${candidates(sql`${fileKey} = given.file`)} as candidates
    having count(*) < ${MAX_CANDIDATES} and count(*) filter (where ${fits}) = 1
  )`;
  const rows = orm
    .select({ n: sql<number>`given.n`.as('n'), id: sql<string | null>`${found}`.as('id') })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(n int, file text, untagged boolean, duration float8)`,
    );
  return toMatches(await rows);
}

/** Shown tracks that an index finds, no more of them than {@link MAX_CANDIDATES}. */
function candidates(where: SQL): SQL {
  return sql`(select id, path, artist_key, album_key, duration_s from ${tracks} where ${where} and ${isShown(false)} limit ${MAX_CANDIDATES})`;
}

function toMatches(rows: { n: number; id: string | null }[]): Matches {
  return new Map(rows.flatMap(({ n, id }) => (id === null ? [] : [[n, id] as const])));
}
