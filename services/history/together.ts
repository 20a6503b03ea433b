/** What is heard together: plays of one listener that are near each other in time. */
import { sql } from 'drizzle-orm';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import { type Orm, queryRows } from '@/lib/database/database';
import { plays } from './schema';

/** Two plays are of one sitting when they begin no further apart (ms). */
const NEAR_MS = 40 * 60_000;
/** The latest plays of the tracks asked about that are looked at. */
const MAX_PLAYS = 600;
/** So many listeners must have heard two tracks together before that is told to others: it must say nothing of any one of them. */
const MIN_LISTENERS = 3;
const MAX_TRACKS = 300;

/** Tracks that were heard near these, and how often: by this listener, or by several others. The most often first. */
export async function heardTogether(
  orm: Orm,
  { accountId, trackIds }: RpcParsedParams<'history.together'>,
): Promise<RpcResult<'history.together'>> {
  const rows = await queryRows<{ trackId: string; times: number }>(
    orm,
    sql`with own as (
        select account_id, track_id, started_at from ${plays}
        where counted and track_id = any(${sql.param(trackIds)}) order by started_at desc limit ${MAX_PLAYS})
      select near.track_id as "trackId", (case when count(distinct own.account_id) >= ${MIN_LISTENERS} then count(*)
        else count(*) filter (where own.account_id = ${accountId}) end)::int as times
      from own join ${plays} as near on near.account_id = own.account_id and near.counted
        and near.started_at between own.started_at - ${NEAR_MS} and own.started_at + ${NEAR_MS}
      where not near.track_id = any(${sql.param(trackIds)})
      group by 1 having bool_or(own.account_id = ${accountId}) or count(distinct own.account_id) >= ${MIN_LISTENERS}
      order by 2 desc, 1 limit ${MAX_TRACKS}`,
  );
  return { trackIds: rows.map(({ trackId }) => trackId), times: rows.map(({ times }) => times) };
}
