/** What a listener may want to hear again. */
import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { HeardShelf, HeardTrack } from '@/lib/contracts/shelves';
import { MAX_HEARD_LATELY } from '@/lib/contracts/shelves';
import { type Orm, queryRows } from '@/lib/database/database';
import { assertTimeZone } from './repository';
import { plays } from './schema';

const DAY_MS = 86_400_000;
/** To be rediscovered: played at least so often, and not for so long. */
const OFTEN = 3;
const FOR_LONG_MS = 60 * DAY_MS;
/** Years looked back on this day. */
const YEARS_BACK = 20;

interface Asked {
  accountId: string;
  timeZone: string;
}

/** The beginnings of all shelves. @throws {EnxameError} `invalid_request` for a time zone that there is not */
export async function heardShelves(orm: Orm, { accountId, timeZone, limit }: Asked & { limit: number }) {
  assertTimeZone(timeZone);
  const page = { offset: 0, limit };
  const often = heardOften(accountId);
  const [mostPlayed, rediscover] = await Promise.all([
    rowsOf(orm, sql`${often} ${mostPlayedFirst(page)}`),
    rowsOf(orm, sql`${often} having ${isForgotten()} ${mostPlayedFirst(page)}`),
  ]);
  return {
    recent: await recentTracks(orm, accountId),
    mostPlayed,
    rediscover,
    onThisDay: await rowsOf(orm, sql`${onThisDay({ accountId, timeZone })} ${lastFirst(page)}`),
  };
}

/** A part of one shelf. @throws {EnxameError} `invalid_request` for a time zone that there is not */
export async function heardOnShelf(
  orm: Orm,
  { shelf, offset, limit, ...asked }: Asked & { shelf: HeardShelf; offset: number; limit: number },
): Promise<{ heard: HeardTrack[]; total: number }> {
  assertTimeZone(asked.timeZone);
  const page = { offset, limit };
  const { rows, order } = {
    'most-played': { rows: heardOften(asked.accountId), order: mostPlayedFirst(page) },
    rediscover: { rows: sql`${heardOften(asked.accountId)} having ${isForgotten()}`, order: mostPlayedFirst(page) },
    'on-this-day': { rows: onThisDay(asked), order: lastFirst(page) },
  }[shelf];
  const heard = await rowsOf(orm, sql`${rows} ${order}`);
  const [count] = await queryRows<{ total: number }>(orm, sql`select count(*)::int as total from (${rows}) as rows`);
  return { heard, total: count?.total ?? 0 };
}

/** Of the last {@link MAX_HEARD_LATELY} plays each track once, also those that were left early. */
async function recentTracks(orm: Orm, accountId: string): Promise<HeardTrack[]> {
  const lately = orm
    .select({ trackId: plays.trackId, startedAt: plays.startedAt, counted: plays.counted })
    .from(plays)
    .where(eq(plays.accountId, accountId))
    .orderBy(desc(plays.startedAt), desc(plays.playId))
    .limit(MAX_HEARD_LATELY)
    .as('lately');
  const lastAt = sql<number>`max(${lately.startedAt})`.mapWith(Number);
  return await orm
    .select({
      trackId: lately.trackId,
      plays: sql<number>`(count(*) filter (where ${lately.counted}))::int`,
      lastAt,
    })
    .from(lately)
    .groupBy(lately.trackId)
    .orderBy(desc(lastAt));
}

/** Grouped by track, so that `having` may follow. */
function heardOften(accountId: string): SQL {
  return sql`${grouped} where ${and(eq(plays.accountId, accountId), sql`${plays.counted}`)} group by track_id`;
}

const grouped = sql`select track_id as "trackId", count(*)::int as plays, max(started_at) as "lastAt" from ${plays}`;

function isForgotten(): SQL {
  return sql`count(*) >= ${OFTEN} and max(started_at) < ${Date.now() - FOR_LONG_MS}`;
}

/** Plays of the same day of the calendar, in the years before. */
function onThisDay({ accountId, timeZone }: Asked): SQL {
  const today = sql`date_trunc('day', now() at time zone ${timeZone})`;
  const year = (ago: number) => sql`${today} - make_interval(years => ${ago}::int)`;
  const ms = (local: SQL) => sql`(extract(epoch from (${local}) at time zone ${timeZone}) * 1000)::bigint`;
  const days = Array.from({ length: YEARS_BACK }, (_, n) => {
    const day = year(n + 1);
    return sql`(${gte(plays.startedAt, ms(day))} and ${lt(plays.startedAt, ms(sql`${day} + interval '1 day'`))})`;
  });
  const ofAccount = and(eq(plays.accountId, accountId), sql`${plays.counted}`);
  return sql`${grouped} where ${ofAccount} and (${sql.join(days, sql` or `)}) group by track_id`;
}

type Page = { offset: number; limit: number };

const mostPlayedFirst = ({ offset, limit }: Page) =>
  sql`order by plays desc, "lastAt" desc, "trackId" offset ${offset} limit ${limit}`;
const lastFirst = ({ offset, limit }: Page) => sql`order by "lastAt" desc, "trackId" offset ${offset} limit ${limit}`;

/** Sums of bigint come as text from one of the drivers. */
async function rowsOf(orm: Orm, statement: SQL): Promise<HeardTrack[]> {
  const rows = await queryRows<HeardTrack>(orm, statement);
  return rows.map(({ trackId, plays, lastAt }) => ({ trackId, plays: Number(plays), lastAt: Number(lastAt) }));
}
