/** Facts leave once their transaction has committed: in order, none lost, whatever the broker does meanwhile. */
import { sql } from 'drizzle-orm';
import { pgSchema } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { type Database, inTransaction } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import { addToOutbox, applyOnce, type OutboxRelay, startOutboxRelay } from '@/lib/messaging/outbox/outbox';
import { makeInboxTable, makeOutboxTable } from '@/lib/messaging/outbox/tables';
import { eventually } from '@/testing/wait';
import { testLog as log } from '../support/brokers';
import { openTestPglite, sharedPostgres } from '../support/shared';

const schema = pgSchema('outbox_test');
const [outbox, inbox] = [makeOutboxTable(schema), makeInboxTable(schema)];
const fact = () => newMessage('changed.history', { accountId: 'ana', trackId: newId() }, { actor: null, at: 1 });

describe.each([
  {
    name: 'PGlite',
    start: async () => {
      const database = await openTestPglite();
      return { database, stop: () => database.close() };
    },
  },
  {
    name: 'PostgreSQL',
    start: async () => {
      const database = await openPostgres(await sharedPostgres(), log);
      return { database, stop: () => database.close() };
    },
  },
])('the outbox on $name', ({ start }) => {
  let system: Awaited<ReturnType<typeof start>>;
  let database: Database;
  beforeAll(async () => {
    system = await start();
    database = system.database;
    await database.orm.execute(sql`create schema outbox_test`);
    await database.orm.execute(
      sql`create table outbox_test.outbox (seq bigserial primary key, message jsonb not null)`,
    );
    await database.orm.execute(
      sql`create table outbox_test.inbox (message_id uuid primary key, applied_at timestamptz not null default now())`,
    );
  });
  afterAll(() => system?.stop());

  let published: string[];
  let refuse: (message: Message) => boolean;
  const bus = {
    publish: async (message: Message) => {
      if (refuse(message)) throw new EnxameError('unavailable', 'away');
      published.push(message.id);
    },
  };
  beforeEach(() => {
    published = [];
    refuse = () => false;
  });
  const relayed = () => startOutboxRelay({ database, outboxTable: outbox, inboxTable: inbox, bus, log, retryMs: 10 });
  const left = async () => (await database.orm.select().from(outbox)).length;
  const write = (...messages: Message[]) => inTransaction(database.orm, (tx) => addToOutbox(tx, outbox, ...messages));

  it('publishes what a crash left behind, and what a wake tells, in order', async () => {
    const messages = Array.from({ length: 130 }, fact);
    await write(...messages.slice(0, 120));
    const relay = relayed();
    await write(...messages.slice(120));
    relay.wake();
    await eventually(() => expect(published).toEqual(messages.map(({ id }) => id)));
    await eventually(async () => expect(await left()).toBe(0));
    await relay.close();
  });

  it('goes on where it was when the broker was away', async () => {
    const messages = [fact(), fact(), fact()];
    let away = true;
    refuse = ({ id }) => away && id === messages[1]?.id;
    await write(...messages);
    const relay = relayed();
    await eventually(async () => expect(await left()).toBe(2));
    expect(published).toEqual([messages[0]?.id]);
    away = false;
    await eventually(() => expect(published).toEqual(messages.map(({ id }) => id)));
    await relay.close();
  });

  it('several relays publish each row once, none overtaking another', async () => {
    // On PGlite one process has the database to itself.
    const relays: OutboxRelay[] = database.kind === 'postgres' ? [relayed(), relayed(), relayed()] : [relayed()];
    const messages = Array.from({ length: 40 }, fact);
    for (const [i, message] of messages.entries()) {
      await write(message);
      relays[i % relays.length]?.wake();
    }
    await eventually(async () => expect(await left()).toBe(0));
    expect(published).toEqual(messages.map(({ id }) => id));
    await Promise.all(relays.map((relay) => relay.close()));
  });

  it('keeps nothing of a change that failed', async () => {
    const message = fact();
    const failing = applyOnce(database, inbox, message, async (tx) => {
      await addToOutbox(tx, outbox, fact());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await left()).toBe(0);
    expect(await applyOnce(database, inbox, message, async () => {})).toBe(true);
  });

  it('applies a message once, also when it comes twice at the same time', async () => {
    const message = fact();
    const apply = vi.fn(async () => {});
    const outcomes = await Promise.all([1, 2, 3].map(() => applyOnce(database, inbox, message, apply)));
    expect(apply).toHaveBeenCalledTimes(1);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('refuses a fact that no subscriber could take, before it can block those behind it', async () => {
    await expect(write({ ...fact(), id: 'no uuid' })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
