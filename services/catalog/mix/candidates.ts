/** Mixes of the library: what may be in one is found by the database, and the policy (mix.ts) chooses. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { MAX_MIX_SEEDS } from '@/lib/contracts/choices';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import { type Orm, queryRows } from '@/lib/database/database';
import { isShown } from '../browse';
import type { Deps } from '../deps';
import { trackArtists, trackGenres, tracks } from '../schema';
import { type MixTrack, mixOf } from './mix';

/** Candidates by each likeness. Together they are read and scored in some ten milliseconds. */
const BY_GENRE = 400;
const BY_ARTIST = 60;
const BY_YEAR = 200;
const BY_CHANCE = 200;
/** Years before and after that of a seed. */
const YEARS = 4;

/**
 * Tracks that go with a track, an album or an artist, in the order in which they play.
 * @throws {EnxameError} `not_found` where that has no tracks to show
 */
export async function mix(
  { orm, bus, log }: Pick<Deps, 'orm' | 'bus' | 'log'>,
  { accountId, of, without, limit, seed }: RpcParsedParams<'catalog.mix'>,
): Promise<RpcResult<'catalog.mix'>> {
  const seeds = await readTracks(orm, await seedIds(orm, of, seed));
  if (seeds.length === 0) throw new EnxameError('not_found', 'There is no music to make a mix of.');
  const trackIds = seeds.map(({ id }) => id);
  // Without the history a mix is made of what tracks have in common.
  const heard = await bus.request('history.together', { accountId, trackIds }).catch((error) => {
    if (!isEnxameError(error)) throw error;
    log.warn({ error }, 'a mix is made without the history');
    return { trackIds: [], times: [] };
  });
  const together = new Map(heard.trackIds.map((id, n) => [id, heard.times[n] ?? 0]));
  const left = new Set(without);
  const ids = [...together.keys(), ...(await alike(orm, seeds, seed))].filter((id) => !left.has(id));
  const candidates = await readTracks(orm, [...new Set(ids)]);
  return { trackIds: mixOf({ seeds, candidates, together, limit, seed }) };
}

async function seedIds(orm: Orm, of: RpcParsedParams<'catalog.mix'>['of'], seed: number): Promise<string[]> {
  if (of.kind === 'tracks') return of.ids;
  const where =
    of.kind === 'album'
      ? eq(tracks.albumId, of.id)
      : sql`exists (select 1 from ${trackArtists} as c where c.track_id = ${tracks.id} and c.artist_id = ${of.id} and c.role <> 'albumArtist')`;
  return idsOf(orm, where, MAX_MIX_SEEDS, seed);
}

/** By genre, artist and year, and some of the whole library: a track without tags has neighbours too. */
async function alike(orm: Orm, seeds: readonly MixTrack[], seed: number): Promise<string[]> {
  const genreIds = [...new Set(seeds.flatMap((one) => one.genreIds))];
  const artistIds = [...new Set(seeds.map((one) => one.artistId))];
  const years = [...new Set(seeds.flatMap(({ year }) => (year === null ? [] : [year])))];
  const found: string[] = [];
  if (genreIds.length > 0) {
    const ofGenre = sql`${tracks.id} in (select track_id from ${trackGenres} where genre_id = any(${sql.param(genreIds)}))`;
    found.push(...(await idsOf(orm, ofGenre, BY_GENRE, seed)));
  }
  found.push(...(await idsOf(orm, sql`${tracks.artistId} = any(${sql.param(artistIds)})`, BY_ARTIST, seed)));
  if (years.length > 0) {
    const [first, last] = [Math.min(...years) - YEARS, Math.max(...years) + YEARS];
    found.push(...(await idsOf(orm, sql`${tracks.year} between ${first} and ${last}`, BY_YEAR, seed)));
  }
  if (found.length < BY_CHANCE) found.push(...(await idsOf(orm, sql`true`, BY_CHANCE, seed)));
  return found;
}

/** Shown tracks, by chance where there are more: the same for the same seed. */
async function idsOf(orm: Orm, where: SQL, limit: number, seed: number): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    orm,
    sql`select ${tracks.id} as id from ${tracks} where ${isShown(false)} and ${where}
      order by hashtextextended(${tracks.id}, ${seed}::bigint), ${tracks.id} limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** What is known of these tracks, of those that are shown. */
async function readTracks(orm: Orm, ids: readonly string[]): Promise<MixTrack[]> {
  if (ids.length === 0) return [];
  return await queryRows<MixTrack>(
    orm,
    sql`select ${tracks.id} as id, ${tracks.artistId} as "artistId", ${tracks.year} as year, ${tracks.bpm} as bpm,
        (select coalesce(json_agg(g.genre_id), '[]') from ${trackGenres} as g where g.track_id = ${tracks.id}) as "genreIds"
      from ${tracks} where ${isShown(false)} and ${tracks.id} = any(${sql.param([...ids])})`,
  );
}
