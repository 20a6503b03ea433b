import { eq } from 'drizzle-orm';
import { databaseAway, databaseIsAway } from '@/lib/database/away';
import type { Database } from '@/lib/database/database';
import { user } from './schema';

/** Whether an administrator disabled this account; false for one that is not there. @throws {EnxameError} `unavailable` while the database is away */
export async function isDisabled({ orm }: Pick<Database, 'orm'>, accountId: string): Promise<boolean> {
  const [found] = await orm
    .select({ disabled: user.disabled })
    .from(user)
    .where(eq(user.id, accountId))
    .catch((error: unknown) => {
      throw databaseIsAway(error) ? databaseAway(error) : error;
    });
  return found?.disabled ?? false;
}
