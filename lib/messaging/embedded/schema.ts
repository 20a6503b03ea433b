import { bigserial, integer, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** The embedded broker's journal: what RabbitMQ would keep on its disk. */
export const busSchema = pgSchema('bus');

/** Which durable queue takes which topics; outlives the process, so that a queue collects while nobody takes from it. */
export const bindings = busSchema.table(
  'bindings',
  { queue: text('queue').notNull(), pattern: text('pattern').notNull() },
  (table) => [primaryKey({ columns: [table.queue, table.pattern] })],
);

/** One row for each message and queue, from publish until acknowledged. */
export const journal = busSchema.table('journal', {
  seq: bigserial('seq', { mode: 'number' }).primaryKey(),
  queue: text('queue').notNull(),
  /** JSON of the message, as published. */
  body: text('body').notNull(),
  failures: integer('failures').notNull().default(0),
});

/** Dead letters, with the reason, for a person to look at. */
export const deadLettersTable = busSchema.table('parked', {
  seq: bigserial('seq', { mode: 'number' }).primaryKey(),
  queue: text('queue').notNull(),
  body: text('body').notNull(),
  failures: integer('failures').notNull(),
  reason: text('reason').notNull(),
  failedAt: timestamp('parked_at', { withTimezone: true }).notNull().defaultNow(),
});
