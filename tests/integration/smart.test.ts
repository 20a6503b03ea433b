/** Which tracks the rules of smart playlists choose: catalogue, marks and plays in one process, asked over the bus. */
import { and, eq, isNull } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillCatalogue } from '@/lab/services/catalogue';
import { newId } from '@/lib/contracts/ids';
import type { RpcParams, RpcResult } from '@/lib/contracts/rpc';
import { MAX_SMART_PAGE, smartRules } from '@/lib/contracts/smart';
import {
  SMART_FIELDS,
  SMART_OPERATORS,
  SMART_SORT_KEYS,
  type SmartCondition,
  type SmartField,
  type SmartFieldType,
  type SmartGroup,
  type SmartOperator,
  type SmartRules,
  type SmartValue,
} from '@/lib/contracts/smart-fields';
import type { Database } from '@/lib/database/database';
import { openMediaStore } from '@/lib/media-store/open';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { foldName } from '@/services/catalog/identity';
import { artists, genres, trackArtists, trackGenres, tracks } from '@/services/catalog/schema';
import { startCatalog } from '@/services/catalog/service';
import { normalise } from '@/services/catalog/text';
import { plays } from '@/services/history/schema';
import { startHistory } from '@/services/history/service';
import { marks } from '@/services/playlists/schema';
import { startPlaylists } from '@/services/playlists/service';
import { openTestPglite } from '@/tests/support/shared';

const log = pino({ level: process.env.TEST_LOG ?? 'silent' });

let database: Database;
let bus: Bus;
const running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await openTestPglite();
  bus = await openBus({ config: { amqpUrl: null }, database, log });
  const catalog = await startCatalog({
    bus,
    database,
    media: openMediaStore({ kind: 'folder' }),
    config: { musicDir: null, maxStreams: 2, originUrl: '' },
    secrets: deriveSecrets('a secret of thirty-two characters at least'),
    log,
  });
  running.push(catalog, await startHistory({ bus, database, log }), await startPlaylists({ bus, database, log }));
  await fillCatalogue(database.orm, 300);
});
afterAll(async () => {
  for (const service of running) await service.close();
  await bus?.close();
  await database?.close();
});

describe('rules of smart playlists', () => {
  const LISTENER = 'ana';
  const DAY_MS = 86_400_000;
  /** Six tracks, named by their places: all that rules are about is known of them. */
  let set: string[];
  beforeAll(async () => {
    const { orm } = database;
    const rows = await orm
      .select({ id: tracks.id })
      .from(tracks)
      .where(eq(tracks.missing, false))
      .orderBy(tracks.mediaKey)
      .limit(6);
    set = rows.map(({ id }) => id);
    const at = (n: number) => set[n] ?? '';
    const change = (n: number, to: Partial<typeof tracks.$inferInsert>) =>
      orm
        .update(tracks)
        .set(to)
        .where(eq(tracks.id, at(n)));
    for (const n of set.keys()) {
      await change(n, {
        comment: `the set ${n}`,
        year: 1990 + n,
        bpm: n < 3 ? 100 + n : null,
        titleKey: ['agua', 'mar', 'mar azul', '100 anos', 'rio', 'sol'][n] ?? '',
        durationS: 100 * (n + 1),
        addedAt: Date.now() - n * 10 * DAY_MS,
      });
    }
    const [bando, hanto] = ['バンド', 'ハント'].map((name) => ({
      id: newId(),
      name,
      folded: foldName(name),
      key: normalise(name),
      sortKey: normalise(name),
    })) as [typeof artists.$inferInsert, typeof artists.$inferInsert];
    await orm.insert(artists).values([bando, hanto]);
    const credited = [bando, hanto, hanto];
    await orm.insert(trackArtists).values(
      credited.map(({ id, name }, n) => ({
        trackId: at(n),
        role: 'composer' as const,
        position: 0,
        artistId: id,
        name,
      })),
    );
    const [samba, jazz] = [newId(), newId()];
    await orm.insert(genres).values([
      { id: samba, name: 'Samba', key: 'samba' },
      { id: jazz, name: 'Jazz', key: 'jazz' },
    ]);
    await orm.insert(trackGenres).values([
      { trackId: at(0), position: 0, genreId: samba },
      { trackId: at(0), position: 1, genreId: jazz },
      { trackId: at(1), position: 0, genreId: jazz },
    ]);
    const play = (trackId: string, daysAgo: number, counted = true) => ({
      accountId: LISTENER,
      playId: newId(),
      trackId,
      startedAt: Date.now() - daysAgo * DAY_MS,
      state: counted ? ('finished' as const) : ('skipped' as const),
      positionS: 0,
      counted,
    });
    await orm
      .insert(plays)
      .values([
        play(at(0), 1),
        play(at(0), 40),
        play(at(1), 40),
        play(at(2), 1, false),
        { ...play(at(3), 1), accountId: 'rui' },
      ]);
    const [ofSecond] = await orm
      .select({ albumId: tracks.albumId })
      .from(tracks)
      .where(eq(tracks.id, at(1)));
    await orm.insert(marks).values([
      { accountId: LISTENER, kind: 'track', itemId: at(2), lovedAt: Date.now(), rating: 5 },
      { accountId: LISTENER, kind: 'track', itemId: at(4), lovedAt: null, rating: 3 },
      { accountId: LISTENER, kind: 'album', itemId: ofSecond?.albumId ?? '', lovedAt: 1, rating: null },
      { accountId: 'rui', kind: 'track', itemId: at(5), lovedAt: 1, rating: 5 },
    ]);
  });

  const ask = (rules: Partial<SmartRules>, page: { offset?: number; limit?: number; seed?: number } = {}) =>
    bus.request('catalog.smart', {
      accountId: LISTENER,
      rules: smartRules.parse({ match: 'all', rules: [], ...rules }),
      offset: 0,
      limit: MAX_SMART_PAGE,
      ...page,
    });
  const inSet: SmartCondition = { field: 'comment', op: 'contains', value: 'The Set' };
  /** Places in the set, sorted. */
  const places = async (...rules: (SmartCondition | SmartGroup)[]) =>
    (await ask({ rules: [inSet, ...rules] })).trackIds.map((id) => set.indexOf(id)).sort();

  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  it.each<[SmartField, SmartOperator, SmartValue | (() => SmartValue), number[]]>([
    ['title', 'is', 'Água', [0]],
    ['title', 'isNot', 'água', [1, 2, 3, 4, 5]],
    ['title', 'contains', 'MAR', [1, 2]],
    ['title', 'notContains', 'mar', [0, 3, 4, 5]],
    ['title', 'startsWith', 'm', [1, 2]],
    ['title', 'endsWith', 'azul', [2]],
    ['title', 'contains', '100%', [3]],
    ['comment', 'is', 'THE SET 4', [4]],
    ['composer', 'is', 'バンド', [0]],
    ['composer', 'isNot', 'バンド', [1, 2, 3, 4, 5]],
    ['composer', 'isPresent', null, [0, 1, 2]],
    ['composer', 'isMissing', null, [3, 4, 5]],
    ['genre', 'is', 'JAZZ', [0, 1]],
    ['genre', 'isNot', 'samba', [1, 2, 3, 4, 5]],
    ['year', 'is', 1993, [3]],
    ['year', 'isNot', 1993, [0, 1, 2, 4, 5]],
    ['year', 'gt', 1993, [4, 5]],
    ['year', 'lt', 1991, [0]],
    ['year', 'inTheRange', [1991, 1993], [1, 2, 3]],
    ['bpm', 'isMissing', null, [3, 4, 5]],
    ['bpm', 'isPresent', null, [0, 1, 2]],
    ['bpm', 'isNot', 101, [0, 2, 3, 4, 5]],
    ['addedAt', 'inTheLast', 15, [0, 1]],
    ['addedAt', 'notInTheLast', 15, [2, 3, 4, 5]],
    ['addedAt', 'before', () => day(25), [3, 4, 5]],
    ['addedAt', 'after', () => day(15), [0, 1]],
    ['addedAt', 'inTheRange', () => [day(30), day(10)], [1, 2, 3]],
    ['playCount', 'is', 0, [2, 3, 4, 5]],
    ['playCount', 'gt', 1, [0]],
    ['skipCount', 'isPresent', null, [2]],
    ['lastPlayed', 'inTheLast', 7, [0]],
    ['lastPlayed', 'notInTheLast', 7, [1, 2, 3, 4, 5]],
    ['lastPlayed', 'isMissing', null, [2, 3, 4, 5]],
    ['loved', 'is', true, [2]],
    ['loved', 'is', false, [0, 1, 3, 4, 5]],
    ['lovedAt', 'isPresent', null, [2]],
    ['rating', 'gt', 2, [2, 4]],
    ['rating', 'isMissing', null, [0, 1, 3, 5]],
    ['fileType', 'is', 'MP3', [0, 1, 2, 3, 4, 5]],
    ['hasLyrics', 'is', true, []],
    ['label', 'isMissing', null, [0, 1, 2, 3, 4, 5]],
    ['releaseType', 'isMissing', null, [0, 1, 2, 3, 4, 5]],
    ['releaseDate', 'after', '1990-01-01', []],
    ['compilation', 'is', false, [0, 1, 2, 3, 4, 5]],
  ])('%s %s %s', async (field, op, value, expected) => {
    const rule = { field, op, value: typeof value === 'function' ? value() : value };
    expect(await places(rule)).toEqual(expected);
  });

  it('every field can be asked for by every operator that it has, and sorted by', async () => {
    const values = { text: 'a', number: 1, moment: '2000-01-01', date: '2000-01-01', flag: true };
    for (const [field, type] of Object.entries(SMART_FIELDS) as [SmartField, SmartFieldType][]) {
      const rules = SMART_OPERATORS[type].map((op) => {
        const one = values[type];
        const value = /^is(Present|Missing)$/.test(op)
          ? null
          : /Last$/.test(op)
            ? 3
            : op === 'inTheRange'
              ? [one, one]
              : one;
        return { field, op, value } as SmartCondition;
      });
      const found = await ask({ match: 'any', rules });
      expect([field, found.total >= 0]).toEqual([field, true]);
    }
    for (const by of SMART_SORT_KEYS) {
      const { trackIds, total } = await ask({ sort: [{ by, order: 'desc' }] });
      expect([by, new Set(trackIds).size]).toEqual([by, total]);
    }
  });

  it('groups hold as they say', async () => {
    const year = (value: number): SmartCondition => ({ field: 'year', op: 'is', value });
    expect(await places({ match: 'any', rules: [year(1990), year(1995)] })).toEqual([0, 5]);
    expect(
      await places({ match: 'any', rules: [year(1990), { match: 'all', rules: [year(1992), year(1993)] }] }),
    ).toEqual([0]);
    expect(await places({ match: 'any', rules: [] })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('the limit takes the first of the order, and pages and sums are of these', async () => {
    const rules = { rules: [inSet], sort: [{ by: 'year', order: 'desc' }], limit: 4 } as const;
    const whole = await ask(rules);
    expect(whole).toEqual({ trackIds: [5, 4, 3, 2].map((n) => set[n]), total: 4, durationS: 1800 });
    const parts = [await ask(rules, { limit: 3 }), await ask(rules, { offset: 3, limit: 3 })];
    expect(parts.map(({ trackIds, total }) => [trackIds.length, total])).toEqual([
      [3, 4],
      [1, 4],
    ]);
    expect(parts.flatMap(({ trackIds }) => trackIds)).toEqual(whole.trackIds);
  });

  it('what has no value comes last, and a second key decides among equals', async () => {
    const sort = [
      { by: 'bpm', order: 'desc' },
      { by: 'year', order: 'desc' },
    ] as const;
    expect((await ask({ rules: [inSet], sort })).trackIds.map((id) => set.indexOf(id))).toEqual([2, 1, 0, 5, 4, 3]);
  });

  it('by chance the order is the same for the same seed, and by itself all day', async () => {
    const sort = [{ by: 'random', order: 'asc' }] as const;
    const order = async (seed?: number) => (await ask({ sort }, seed === undefined ? {} : { seed })).trackIds.join();
    expect(await order(1)).toBe(await order(1));
    expect(await order(1)).not.toBe(await order(2));
    expect(await order()).toBe(await order());
  });

  it('numbers of plays and marks come in parts that fit together', async () => {
    const all: string[] = [];
    for (let after: string | null = null; ; ) {
      const part: RpcResult<'history.playNumbers'> = await bus.request('history.playNumbers', {
        accountId: LISTENER,
        after,
        limit: 1,
      });
      all.push(...part.trackIds);
      if (part.next === null) break;
      after = part.next;
    }
    expect(all).toEqual([0, 1, 2].map((n) => set[n]).sort());
    const question = { accountId: LISTENER, kind: 'track', after: null, limit: 1 } as const;
    const first = await bus.request('playlists.markColumns', question);
    const second = await bus.request('playlists.markColumns', { ...question, after: first.next });
    expect([...first.ids, ...second.ids]).toEqual([set[2], set[4]].sort());
  });
});

describe('mixes', () => {
  const ask = (of: RpcParams<'catalog.mix'>['of'], more: Partial<RpcParams<'catalog.mix'>> = {}) =>
    bus.request('catalog.mix', { accountId: 'mia', of, limit: 20, ...more });
  /** Ten tracks without a tag in common. */
  let some: string[];
  const hear = (accountId: string, ids: readonly string[], daysAgo: number) =>
    database.orm.insert(plays).values(
      ids.map((trackId, n) => ({
        accountId,
        playId: newId(),
        trackId,
        startedAt: Date.now() - daysAgo * 86_400_000 + n * 180_000,
        state: 'finished' as const,
        positionS: 0,
        counted: true,
      })),
    );
  const at = (n: number) => some[n] ?? '';
  beforeAll(async () => {
    const rows = await database.orm
      .selectDistinctOn([tracks.artistId], { id: tracks.id })
      .from(tracks)
      .where(and(eq(tracks.missing, false), isNull(tracks.year)))
      .limit(5);
    some = rows.map(({ id }) => id);
  });

  it('begin with what this listener, or several others, heard together', async () => {
    await hear('mia', [at(0), at(1)], 5);
    await hear('rui', [at(0), at(2)], 5);
    const together = () => bus.request('history.together', { accountId: 'mia', trackIds: [at(0)] });
    expect(await together()).toEqual({ trackIds: [at(1)], times: [1] });
    for (const other of ['eva', 'bia']) await hear(other, [at(0), at(2)], 9);
    expect((await together()).trackIds).toEqual([at(2), at(1)]);
    const { trackIds } = await ask({ kind: 'tracks', ids: [at(0)] });
    expect(trackIds.slice(0, 2)).toEqual([at(2), at(1)]);
    const without = await ask({ kind: 'tracks', ids: [at(0)] }, { without: [at(2)] });
    expect(without.trackIds).not.toContain(at(2));
  });

  it('go with an album and with an artist, and name none of their tracks that they begin from', async () => {
    const [row] = await database.orm
      .select()
      .from(tracks)
      .where(eq(tracks.id, at(3)));
    if (row === undefined) throw new Error('no track');
    const own = await database.orm.select({ id: tracks.id }).from(tracks).where(eq(tracks.albumId, row.albumId));
    const { trackIds } = await ask({ kind: 'album', id: row.albumId });
    expect(trackIds).toHaveLength(20);
    expect(trackIds.filter((id) => own.some((one) => one.id === id))).toEqual([]);
    expect((await ask({ kind: 'artist', id: row.artistId })).trackIds).toHaveLength(20);
    await expect(ask({ kind: 'album', id: newId() })).rejects.toMatchObject({ code: 'not_found' });
  });
});
