import { eq } from 'drizzle-orm';
import type { Message } from '@/lib/contracts/messages';
import type { Database } from '@/lib/database/database';
import { applyOnce } from '@/lib/messaging/outbox/outbox';
import { bookmarks, forwarders, forwards, inbox, plays, queues } from './schema';

/** Erases what a deleted account had: its plays, what was to be forwarded of them and the token for that, its queue and bookmarks. */
export async function eraseAccount(database: Database, event: Message<'account.deleted'>): Promise<void> {
  const { accountId } = event.data;
  await applyOnce(database, inbox, event, async (tx) => {
    for (const table of [forwards, forwarders, plays, queues, bookmarks]) {
      await tx.delete(table).where(eq(table.accountId, accountId));
    }
  });
}
