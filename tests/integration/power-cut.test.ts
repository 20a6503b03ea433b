/**
 * The power goes while the embedded database works: at any moment it opens again, and what was acknowledged is there, once. The journal of
 * the embedded broker lies in the same database.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { type Database, queryRows } from '@/lib/database/database';
import { freeBytes } from '@/lib/database/disk-space';
import { openPglite } from '@/lib/database/pglite';
import { openEmbeddedBus } from '@/lib/messaging/embedded/bus';
import { journal } from '@/lib/messaging/embedded/schema';
import { makeRandom } from '@/lib/util/random';
import { plays } from '@/services/history/schema';
import { startHistory } from '@/services/history/service';
import { until } from '@/testing/wait';
import { testLog } from '../support/brokers';
import { FAULT_SEEDS } from '../support/load';
import { afterPowerCut, RecordedFiles } from '../support/power-cut';

const SOAK = process.env.SOAK === '1';
const CUTS = SOAK ? 200 : 12;
const STEPS = SOAK ? 1000 : 120;
const ACCOUNT = newId();

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'enxame-power-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What was asked for and what was answered, by the number of operations that the disk had seen by then. */
interface Load {
  files: RecordedFiles;
  base: string;
  rows: { id: number; askedAt: number; answeredAt: number }[];
  plays: { id: string; askedAt: number; answeredAt: number }[];
}

test.each(FAULT_SEEDS)(
  `what was acknowledged is there after each of ${CUTS} power cuts (FAULT_SEED=%i)`,
  async (seed) => {
    const random = makeRandom(seed);
    const load = await work(random);
    const { operations } = load.files;
    // Without a sync nothing would be certain, and all of this would say nothing.
    expect(operations.filter(({ is }) => is === 'sync').length).toBeGreaterThan(STEPS);
    for (let cut = 0; cut < CUTS; cut++) {
      const after = Math.floor(random() * (operations.length + 1));
      const dataDir = join(root, `cut-${cut}`);
      await afterPowerCut(load.base, operations, after, random, join(dataDir, 'database'));
      await compare(dataDir, load, after);
      await rm(dataDir, { recursive: true });
    }
  },
  SOAK ? 7_200_000 : 1_200_000,
);

async function open(database: Database) {
  const bus = await openEmbeddedBus({ database, log: testLog });
  const history = await startHistory({ bus, database, log: testLog });
  return {
    bus,
    async close() {
      await history.close();
      await bus.close();
      await database.close();
    },
  };
}

/** Rows by transactions, plays by the bus, with checkpoints in between. */
async function work(random: () => number): Promise<Load> {
  const dataDir = await mkdtemp(join(root, 'load-'));
  const folder = join(dataDir, 'database');
  const first = await openPglite(dataDir);
  await first.orm.execute(sql`create table kept (id int primary key, filler text not null, other int not null)`);
  await first.orm.execute(sql`create index kept_other on kept (other)`);
  await (await open(first)).close();
  const base = join(dataDir, 'base');
  await cp(folder, base, { recursive: true });

  const files = new RecordedFiles(folder);
  const database = await openPglite(dataDir, freeBytes, () => files);
  const system = await open(database);
  const load: Load = { files, base, rows: [], plays: [] };
  const now = () => files.operations.length;
  let id = 0;
  const addRows = async () => {
    const ids = Array.from({ length: 1 + Math.floor(random() * 5) }, () => id++);
    const filler = 'x'.repeat(Math.floor(random() * 2000));
    const askedAt = now();
    await database.orm.transaction(async (tx) => {
      for (const each of ids) await tx.execute(sql`insert into kept values (${each}, ${filler}, ${each % 7})`);
      await tx.execute(sql`update kept set filler = filler || 'y' where id = ${Math.floor(random() * id)}`);
    });
    for (const each of ids) load.rows.push({ id: each, askedAt, answeredAt: now() });
  };
  const play = async () => {
    const playId = newId();
    const askedAt = now();
    await system.bus.publish(
      newMessage('playback.started', { trackId: newId(), playId, positionS: 0 }, { actor: ACCOUNT, at: Date.now() }),
    );
    load.plays.push({ id: playId, askedAt, answeredAt: now() });
  };
  for (let step = 0; step < STEPS; step++) {
    const dice = random();
    if (dice < 0.02) await database.orm.execute(sql`checkpoint`);
    else if (dice < 0.4) await addRows();
    else await Promise.all([play(), play(), addRows()]);
  }
  await system.close();
  return load;
}

async function compare(dataDir: string, load: Load, after: number): Promise<void> {
  const database = await openPglite(dataDir);
  const { orm } = database;
  const ids = async (condition = sql`true`) =>
    (await queryRows<{ id: number }>(orm, sql`select id from kept where ${condition} order by id`)).map(
      (row) => row.id,
    );
  const rows = await ids();
  expect(rows).toEqual([...new Set(rows)]);
  const acknowledged = load.rows.filter(({ answeredAt }) => answeredAt <= after).map((row) => row.id);
  expect(rows).toEqual(expect.arrayContaining(acknowledged));
  const asked = new Set(load.rows.filter(({ askedAt }) => askedAt < after).map((row) => row.id));
  expect(rows.filter((row) => !asked.has(row))).toEqual([]);
  // The indexes say the same as the table.
  await orm.execute(sql`set enable_seqscan = off`);
  const byIndex = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((other) => ids(sql`other = ${other}`)));
  expect(byIndex.flat().sort((a, b) => a - b)).toEqual(rows);
  await orm.execute(sql`set enable_seqscan = on`);

  const system = await open(database);
  await until('the journal to be worked off', async () => (await orm.$count(journal)) === 0);
  const noted = await orm.select({ id: plays.playId, times: count() }).from(plays).groupBy(plays.playId);
  expect(noted.filter(({ times }) => times !== 1)).toEqual([]);
  const played = load.plays.filter(({ answeredAt }) => answeredAt <= after).map((each) => each.id);
  expect(noted.map((each) => each.id)).toEqual(expect.arrayContaining(played));
  // And it goes on.
  await orm.execute(sql`insert into kept values (-1, '', 0)`);
  await system.close();
}
