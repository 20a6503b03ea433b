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
 * find is looked for by its file's name and folders ({@link nearestByPath}).
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
  // A name may be composed in the list and decomposed on the disk, or the other way round.
  const given = left.map(({ n, fileName }) => ({
    n,
    composed: fileName.normalize('NFC').toLowerCase(),
    decomposed: fileName.normalize('NFD').toLowerCase(),
  }));
  const found = sql`(
    select id, path, duration_s from ${candidates(sql`${fileKey} = given.composed`)} as one
    union all select id, path, duration_s from ${candidates(sql`${fileKey} = given.decomposed and given.decomposed <> given.composed`)} as other
    limit ${MAX_CANDIDATES}
  )`;
  const rows = await orm
    .select({
      n: sql<number>`given.n`.as('n'),
      id: sql<string>`candidates.id`.as('id'),
      path: sql<string>`candidates.path`.as('path'),
      durationS: sql<number>`candidates.duration_s`.as('duration_s'),
    })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(n int, composed text, decomposed text), lateral ${found} as candidates`,
    );
  const byPlace = new Map<number, Candidate[]>(left.map(({ n }) => [n, []]));
  for (const row of rows) byPlace.get(row.n)?.push(row);
  return toMatches(left.map((one) => ({ n: one.n, id: nearestByPath(one, byPlace.get(one.n) ?? []) })));
}

interface Candidate {
  id: string;
  path: string;
  durationS: number;
}

/**
 * The one of several files of the same name that a line of a playlist means: of about its length, or in the same folder, or of that name
 * where nothing else is said. The more folders agree, from the file's own upwards, the better; where that leaves several, none is meant.
 */
export function nearestByPath(
  { folders = [], title, durationS }: Pick<TrackTags, 'folders' | 'title' | 'durationS'>,
  candidates: readonly Candidate[],
): string | null {
  if (candidates.length >= MAX_CANDIDATES) return null;
  const wanted = folders.map(comparable).toReversed();
  const fitting = candidates
    .map(({ id, path, durationS: lengthS }) => {
      const own = path.split(/[/\\]/).slice(0, -1).map(comparable).toReversed();
      const differing = wanted.findIndex((name, i) => name !== own[i]);
      return { id, lengthS, agreeing: differing < 0 ? wanted.length : differing };
    })
    .filter(({ lengthS, agreeing }) => {
      if (durationS !== null && Math.abs(lengthS - durationS) <= SAME_LENGTH_S) return true;
      return title === '' ? durationS === null || agreeing > 0 : agreeing > 0;
    });
  const most = Math.max(...fitting.map(({ agreeing }) => agreeing));
  const best = fitting.filter(({ agreeing }) => agreeing === most);
  return best.length === 1 ? (best[0]?.id ?? null) : null;
}

const comparable = (name: string) => name.normalize('NFC').toLowerCase();

/** Shown tracks that an index finds, no more of them than {@link MAX_CANDIDATES}. */
function candidates(where: SQL): SQL {
  return sql`(select id, path, artist_key, album_key, duration_s from ${tracks} where ${where} and ${isShown(false)} limit ${MAX_CANDIDATES})`;
}

function toMatches(rows: { n: number; id: string | null }[]): Matches {
  return new Map(rows.flatMap(({ n, id }) => (id === null ? [] : [[n, id] as const])));
}
