import { asc, inArray, lt, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { Log } from '@/lib/config/log';
import type { Message } from '@/lib/contracts/messages';
import { type Database, inTransaction, type Orm } from '@/lib/database/database';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { steadyNow } from '@/lib/util/clock';
import type { Bus } from '../bus';
import { encodeMessage } from '../codec';
import type { InboxTable, OutboxTable } from './tables';

/** Rows published between two looks at the table. */
const BATCH = 100;
/** How often the relay looks without being woken: for rows that a crash, or another process, left behind. */
const POLL_MS = 10_000;
/** Wait after a publish that failed. */
const RETRY_MS = 1_000;
/** Inbox rows are kept this long; no broker gives a message again so late. */
const INBOX_KEEP_MS = 30 * 24 * 60 * 60 * 1000;
const PRUNE_EVERY_MS = 24 * 60 * 60 * 1000;

/**
 * Applies a message exactly once, however often it is delivered: its id and what `apply` writes commit together.
 * Inside `apply` use only `tx`: PGlite has one connection, and the transaction holds it.
 * @returns false when the message had been applied before
 */
export async function applyOnce(
  database: Database,
  inbox: InboxTable,
  message: Pick<Message, 'id'>,
  apply: (tx: Orm) => Promise<void>,
): Promise<boolean> {
  return inTransaction(database.orm, async (tx) => {
    // A second delivery on another connection waits here until the first has committed or rolled back.
    const fresh = await tx
      .insert(inbox)
      .values({ messageId: message.id })
      .onConflictDoNothing()
      .returning({ id: inbox.messageId });
    if (fresh.length === 0) return false;
    await apply(tx);
    return true;
  });
}

/**
 * Writes a fact that leaves once the transaction has committed. Wake the relay after the commit.
 * @throws {EnxameError} when no subscriber could take it, so that it never blocks those behind it
 */
export async function addToOutbox(tx: Orm, outbox: OutboxTable, ...messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.insert(outbox).values(messages.map((message) => ({ message: JSON.parse(encodeMessage(message)) })));
}

export interface OutboxRelay {
  /** There are new rows, committed: publish them now. */
  wake(): void;
  /** Ends after the row it is at; what is left goes out with the next start. */
  close(): Promise<void>;
}

interface OutboxRelayOptions {
  database: Database;
  outboxTable: OutboxTable;
  /** Pruned of rows that are older than any broker would give a message again. */
  inboxTable?: InboxTable;
  bus: Pick<Bus, 'publish'>;
  log: Log;
  retryMs?: number;
}

/**
 * Publishes committed outbox rows in order, and deletes them once the broker has them: at least once. Several processes on
 * PostgreSQL take turns by an advisory lock, because with `SKIP LOCKED` one would overtake the other's earlier rows.
 */
export function startOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const relay = new Relay(options);
  relay.wake();
  return relay;
}

class Relay implements OutboxRelay {
  private readonly loop: BackgroundLoop;
  private prunedAt = 0;

  constructor(private readonly options: OutboxRelayOptions) {
    this.loop = new BackgroundLoop({
      pass: () => this.publishAll(),
      everyMs: POLL_MS,
      retryMs: options.retryMs ?? RETRY_MS,
      // The broker's own log tells the rest.
      onFailure: (error) => options.log.warn({ error }, 'events cannot be published; trying again'),
    });
  }

  wake(): void {
    this.loop.wake();
  }

  close(): Promise<void> {
    return this.loop.close();
  }

  private async publishAll(): Promise<void> {
    while ((await this.relayBatch()) === BATCH && !this.loop.isClosed);
    await this.prune();
  }

  /** @returns how many rows it saw */
  private relayBatch(): Promise<number> {
    const { database, outboxTable } = this.options;
    // PGlite: the embedded bus publishes through the very connection that a transaction would hold, and nobody competes.
    if (database.kind === 'pglite') return this.publishRows(database.orm);
    const { schema, name } = getTableConfig(outboxTable);
    return inTransaction(database.orm, async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`${schema}.${name}`}))`);
      return this.publishRows(tx);
    });
  }

  private async publishRows(orm: Orm): Promise<number> {
    const { outboxTable, bus } = this.options;
    const rows = await orm.select().from(outboxTable).orderBy(asc(outboxTable.seq)).limit(BATCH);
    const published: number[] = [];
    let failure: { error: unknown } | null = null;
    for (const row of rows) {
      if (this.loop.isClosed) break;
      try {
        await bus.publish(row.message);
        published.push(row.seq);
      } catch (error) {
        failure = { error };
        break;
      }
    }
    if (published.length > 0) await orm.delete(outboxTable).where(inArray(outboxTable.seq, published));
    // Thrown only when nothing went out, so that the transaction does not roll the deletion back.
    if (failure !== null && published.length === 0) throw failure.error;
    return failure === null ? rows.length : BATCH;
  }

  private async prune(): Promise<void> {
    const { database, inboxTable } = this.options;
    if (inboxTable === undefined || steadyNow() - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = steadyNow();
    const oldest = new Date(Date.now() - INBOX_KEEP_MS);
    await database.orm.delete(inboxTable).where(lt(inboxTable.appliedAt, oldest));
  }
}
