/** Tables that a service keeps in its own schema, so that a change, the message behind it and the fact about it are one. */
import { bigserial, jsonb, type PgSchema, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Message } from '@/lib/contracts/messages';

/** Facts committed with the change they tell, not yet confirmed by the broker. */
export function makeOutboxTable<S extends string>(schema: PgSchema<S>) {
  return schema.table('outbox', {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    message: jsonb('message').$type<Message>().notNull(),
  });
}

/** Messages already applied, by their id. */
export function makeInboxTable<S extends string>(schema: PgSchema<S>) {
  return schema.table('inbox', {
    messageId: uuid('message_id').primaryKey(),
    appliedAt: timestamp('applied_at', { withTimezone: true }).notNull().defaultNow(),
  });
}

export type OutboxTable = ReturnType<typeof makeOutboxTable>;
export type InboxTable = ReturnType<typeof makeInboxTable>;
