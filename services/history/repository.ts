import { asc, count, desc, eq } from 'drizzle-orm';
import type { Play } from '@/lib/contracts/history';
import type { Orm } from '@/lib/database/database';
import { plays } from './schema';

/** One page of an account's plays, the latest first, and how many there are in all. */
export async function recentPlays(
  orm: Orm,
  { accountId, offset, limit }: { accountId: string; offset: number; limit: number },
): Promise<{ plays: Play[]; total: number }> {
  const ofAccount = eq(plays.accountId, accountId);
  const found = await orm
    .select({
      playId: plays.playId,
      trackId: plays.trackId,
      startedAt: plays.startedAt,
      state: plays.state,
      positionS: plays.positionS,
    })
    .from(plays)
    .where(ofAccount)
    .orderBy(desc(plays.startedAt), asc(plays.playId))
    .offset(offset)
    .limit(limit);
  const [all] = await orm.select({ total: count() }).from(plays).where(ofAccount);
  return { plays: found, total: all?.total ?? 0 };
}
