import { and, asc, count, countDistinct, desc, eq, gte, type SQL, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { ListeningStats, Play, StatsWindow, TopTrack } from '@/lib/contracts/history';
import type { RpcResult } from '@/lib/contracts/rpc';
import { type Orm, queryRows } from '@/lib/database/database';
import { plays } from './schema';

type Page = { offset: number; limit: number };

const DAY_MS = 86_400_000;
const WINDOW_DAYS = { week: 7, month: 30, year: 365 } as const;
/** Plays in one piece of an export: as many tracks as the catalog names in one answer. */
export const EXPORT_PIECE = 500;
/** What PostgreSQL says of a time zone that it does not know (`invalid_parameter_value`). */
const UNKNOWN_TIME_ZONE = '22023';

const playColumns = {
  playId: plays.playId,
  trackId: plays.trackId,
  startedAt: plays.startedAt,
  state: plays.state,
  positionS: plays.positionS,
  listenedS: plays.listenedS,
  counted: plays.counted,
  bytes: { cache: plays.cacheBytes, peer: plays.peerBytes, origin: plays.originBytes },
};

/** One page of an account's plays, the latest first, and how many there are in all. */
export async function recentPlays(
  orm: Orm,
  { accountId, offset, limit }: { accountId: string } & Page,
): Promise<{ plays: Play[]; total: number }> {
  const ofAccount = eq(plays.accountId, accountId);
  const found = await orm
    .select(playColumns)
    .from(plays)
    .where(ofAccount)
    .orderBy(desc(plays.startedAt), desc(plays.playId))
    .offset(offset)
    .limit(limit);
  const [all] = await orm.select({ total: count() }).from(plays).where(ofAccount);
  return { plays: found, total: all?.total ?? 0 };
}

/** A part of the numbers of each track that an account played or skipped, by track. */
export async function playNumbers(
  orm: Orm,
  { accountId, after, limit }: { accountId: string; after: string | null; limit: number },
): Promise<RpcResult<'history.playNumbers'>> {
  // Sorted by bytes, which is fast. As columns, since one row of long lists is read faster than many rows.
  const id = sql`${plays.trackId} collate "C"`;
  const numbers = sql`select ${id} as id, count(*) filter (where ${plays.counted}) as plays,
      count(*) filter (where ${plays.state} = 'skipped' and not ${plays.counted}) as skips,
      max(${plays.startedAt}) filter (where ${plays.counted}) as last_at
    from ${plays} where ${and(eq(plays.accountId, accountId), after === null ? undefined : sql`${id} > ${after}`)}
    group by 1 order by 1 limit ${limit}`;
  const [found] = await queryRows<Omit<RpcResult<'history.playNumbers'>, 'next'>>(
    orm,
    sql`select coalesce(json_agg(id), '[]') as "trackIds", coalesce(json_agg(plays), '[]') as plays,
      coalesce(json_agg(skips), '[]') as skips, coalesce(json_agg(last_at), '[]') as "lastAt" from (${numbers}) as numbers`,
  );
  const columns = found ?? { trackIds: [], plays: [], skips: [], lastAt: [] };
  return { ...columns, next: columns.trackIds.length < limit ? null : (columns.trackIds.at(-1) ?? null) };
}

/** Tracks by how often they were played (plays that count only), then the last played first. */
export async function topTracks(
  orm: Orm,
  { accountId, window, offset, limit }: { accountId: string; window: StatsWindow } & Page,
): Promise<{ tracks: TopTrack[]; total: number }> {
  const within = and(inWindow(accountId, window), sql`${plays.counted}`);
  const [times, lastAt] = [count(), sql<number>`max(${plays.startedAt})`.mapWith(Number)];
  const tracks = await orm
    .select({ trackId: plays.trackId, plays: times, listenedS: total(plays.listenedS), lastAt })
    .from(plays)
    .where(within)
    .groupBy(plays.trackId)
    .orderBy(desc(times), desc(lastAt), asc(plays.trackId))
    .offset(offset)
    .limit(limit);
  const [all] = await orm
    .select({ total: countDistinct(plays.trackId) })
    .from(plays)
    .where(within);
  return { tracks, total: all?.total ?? 0 };
}

/**
 * A listener's numbers. Time and bytes are of every play, also those that do not count; skips are plays that were left
 * before they counted.
 * @param timeZone IANA name; days and hours are the listener's own
 * @throws {EnxameError} `invalid_request` for a time zone that there is not
 */
export async function listeningStats(
  orm: Orm,
  { accountId, window, timeZone }: { accountId: string; window: StatsWindow; timeZone: string },
): Promise<ListeningStats> {
  assertTimeZone(timeZone);
  const within = inWindow(accountId, window);
  const counted = sql<number>`count(*) filter (where ${plays.counted})`.mapWith(Number);
  const local = sql`to_timestamp(${plays.startedAt} / 1000.0) at time zone ${timeZone}`;
  const [sums] = await orm
    .select({
      plays: counted,
      skips: sql<number>`count(*) filter (where ${plays.state} = 'skipped' and not ${plays.counted})`.mapWith(Number),
      listenedS: total(plays.listenedS),
      tracks: sql<number>`count(distinct ${plays.trackId}) filter (where ${plays.counted})`.mapWith(Number),
      bytes: { cache: total(plays.cacheBytes), peer: total(plays.peerBytes), origin: total(plays.originBytes) },
    })
    .from(plays)
    .where(within);
  if (sums === undefined) throw new Error('A sum has one row.');
  // Grouped by place: PostgreSQL does not see that two parameters of the same value are the same expression.
  const days = await orm
    .select({ day: sql<string>`to_char(${local}, 'YYYY-MM-DD')`, plays: counted, listenedS: total(plays.listenedS) })
    .from(plays)
    .where(within)
    .groupBy(sql`1`)
    .orderBy(sql`1`)
    .catch(unknownTimeZone);
  const byHour = await orm
    .select({ hour: sql<number>`extract(hour from ${local})`.mapWith(Number), plays: counted })
    .from(plays)
    .where(within)
    .groupBy(sql`1`);
  const hours = Array.from({ length: 24 }, (_, hour) => byHour.find((found) => found.hour === hour)?.plays ?? 0);
  return { ...sums, days: days.filter((day) => day.plays > 0 || day.listenedS > 0), hours };
}

/**
 * A piece of all plays, the oldest first.
 * @param cursor where the piece before ended; null: from the beginning
 * @throws {EnxameError} `invalid_request` for a cursor that is none
 */
export async function exportPlays(
  orm: Orm,
  { accountId, cursor }: { accountId: string; cursor: string | null },
): Promise<{ plays: Play[]; cursor: string | null }> {
  const after = cursor === null ? undefined : readCursor(cursor);
  const found = await orm
    .select(playColumns)
    .from(plays)
    .where(
      and(
        eq(plays.accountId, accountId),
        after && sql`(${plays.startedAt}, ${plays.playId}) > (${after.startedAt}, ${after.playId})`,
      ),
    )
    .orderBy(asc(plays.startedAt), asc(plays.playId))
    .limit(EXPORT_PIECE);
  const last = found.at(-1);
  const more = found.length === EXPORT_PIECE && last !== undefined;
  return { plays: found, cursor: more ? `${last.startedAt}.${last.playId}` : null };
}

function readCursor(cursor: string): { startedAt: number; playId: string } {
  const [, startedAt, playId] = /^(\d{1,16})\.([\w-]{22})$/.exec(cursor) ?? [];
  if (startedAt === undefined || playId === undefined) {
    throw new EnxameError('invalid_request', 'This is not a valid export position.');
  }
  return { startedAt: Number(startedAt), playId };
}

function inWindow(accountId: string, window: StatsWindow): SQL | undefined {
  const since = window === 'all' ? undefined : gte(plays.startedAt, Date.now() - WINDOW_DAYS[window] * DAY_MS);
  return and(eq(plays.accountId, accountId), since);
}

/** Sums of bigint come as numeric, which drivers hand over as text. */
const total = (
  column: typeof plays.listenedS | typeof plays.cacheBytes | typeof plays.peerBytes | typeof plays.originBytes,
) => sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number);

/**
 * PostgreSQL also takes offsets and POSIX rules (`FOO5`), with the opposite sign of what people mean: so a name must be one to
 * the JavaScript engine first.
 */
export function assertTimeZone(timeZone: string): void {
  try {
    if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError('an offset');
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw notATimeZone(cause);
  }
}

/** The engine's list of names and the database's differ a little. */
function unknownTimeZone(error: unknown): never {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: string };
  throw code === UNKNOWN_TIME_ZONE ? notATimeZone(error) : error;
}

const notATimeZone = (cause: unknown) =>
  new EnxameError('invalid_request', 'Unknown time zone. Use an IANA name, such as America/Sao_Paulo.', { cause });
