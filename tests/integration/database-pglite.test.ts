import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, queryRows } from '@/lib/database/database';
import { openPglite } from '@/lib/database/pglite';
import { inBackground } from '@/lib/database/priority';

const MIB = 1024 ** 2;
let root: string;
let dataDir: string;
let database: Database;
let free = 1000 * MIB;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'enxame-pglite-'));
  dataDir = join(root, 'data');
  await mkdir(join(dataDir, 'database.new'), { recursive: true });
  await writeFile(join(dataDir, 'database.new', 'PG_VERSION'), '17\n');
  database = await openPglite(dataDir, () => free);
});
afterAll(async () => {
  await database.close();
  await rm(root, { recursive: true, force: true });
});

it('a first start that was killed half-way does not stand in the way of the next', async () => {
  await database.ping();
  await access(join(dataDir, 'database', 'PG_VERSION'));
  await expect(access(join(dataDir, 'database.new'))).rejects.toThrow();
});

it('what a listener asks goes ahead of background work that waits, transactions too', async () => {
  const order: string[] = [];
  const asked = (name: string) => async () => {
    await database.orm.execute(sql`select 1`);
    order.push(name);
  };
  const batch = (name: string) =>
    database.orm.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      order.push(name);
      await tx.execute(sql`select 1`);
    });
  const work = inBackground(() => [batch('batch 1'), batch('batch 2'), asked('background query')()]);
  await Promise.all([...work, asked('search')(), batch('change of a listener')]);
  expect(order.slice(0, 2).sort()).toEqual(['change of a listener', 'search']);
  expect(order.slice(2)).toEqual(['batch 1', 'batch 2', 'background query']);
});

it('while the disk is full nothing is changed, everything is read, and it goes on when there is room', async () => {
  const { orm } = database;
  const insert = (x: number) => orm.execute(sql.raw(`insert into kept values (${x})`));
  const kept = () => queryRows(orm, sql`select x from kept order by x`);
  const untilLookedAt = (isFull: boolean) =>
    expect
      .poll(
        () =>
          insert(0).then(
            () => false,
            () => true,
          ),
        { timeout: 30_000 },
      )
      .toBe(isFull);
  await orm.execute(sql`create table kept (x int)`);
  await orm.execute(
    sql`create function change() returns int language sql as 'insert into kept values (5) returning x'`,
  );
  await insert(1);
  expect(database.storage()).toEqual({ status: 'ok' });

  free = 10 * MIB;
  await untilLookedAt(true);
  await orm.execute(sql`select 1`);
  const before = await kept();
  const refused = { code: 'disk_full' };
  await expect(insert(2)).rejects.toMatchObject({ cause: refused });
  await expect(orm.execute(sql`select change()`)).rejects.toMatchObject({ cause: refused });
  await expect(orm.transaction((tx) => tx.execute(sql`insert into kept values (3)`))).rejects.toMatchObject(refused);
  expect(await kept()).toEqual(before);
  await database.ping();
  expect(database.storage()).toMatchObject({ status: 'down', detail: expect.stringContaining('10 MiB free') });

  free = 1000 * MIB;
  await untilLookedAt(false);
  await orm.transaction((tx) => tx.execute(sql`insert into kept values (4)`));
  expect(await kept()).toContainEqual({ x: 4 });
});

it('a start on a full disk, or with a damaged database, ends with a sentence that names the folder and a way out', async () => {
  await database.close();
  await expect(openPglite(dataDir, () => 10 * MIB)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/10 MiB free .+ Free some space and start again\.$/),
  });
  const damages: Record<string, (folder: string) => Promise<unknown>> = {
    'no version': (folder) => rm(join(folder, 'PG_VERSION')),
    'half a control file': (folder) => truncate(join(folder, 'global', 'pg_control'), 100),
    'no tables': (folder) => rm(join(folder, 'base'), { recursive: true }),
    'a file in its place': (folder) => rm(folder, { recursive: true }).then(() => writeFile(folder, 'x')),
  };
  const folders: string[] = [];
  for (const [name, damage] of Object.entries(damages)) {
    const folder = join(root, name);
    folders.push(folder);
    await cp(join(dataDir, 'database'), join(folder, 'database'), { recursive: true });
    await damage(join(folder, 'database'));
  }
  // PGlite keeps the memory of a database that failed to open until its process ends.
  const script = `
    import { openPglite } from './lib/database/pglite.ts';
    const failures = [];
    for (const folder of ${JSON.stringify(folders)}) {
      failures.push(await openPglite(folder).then(() => null, ({ name, message }) => ({ name, message })));
    }
    console.log(JSON.stringify(failures));
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
  ]);
  const failures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ({ name: string; message: string } | null)[];
  failures.forEach((failure, i) => {
    const folder = join(folders[i] ?? '', 'database');
    expect(failure, folder).toMatchObject({ name: 'StartError' });
    expect(failure?.message).toContain(`The database in ${folder} cannot be opened (`);
    expect(failure?.message).toMatch(/restore the whole folder from a backup.+move the folder away and start again\.$/);
  });
  database = await openPglite(dataDir);
});
