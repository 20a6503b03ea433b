/** What the history notes and answers: embedded, and as two competing processes on RabbitMQ and PostgreSQL. */

import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListeningStats, Play, StatsWindow } from '@/lib/contracts/history';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { makeRandom } from '@/lib/util/random';
import { handleEvent } from '@/services/history/events';
import { inbox, plays } from '@/services/history/schema';
import { until } from '@/testing/wait';
import { type HistorySystem, NO_BYTES, playOf, startEmbeddedHistory, startSeparateHistory } from '../support/history';

const DAY_MS = 86_400_000;
const bytes = { cache: 1, peer: 20, origin: 5 };

describe.each([
  { name: 'one process', start: startEmbeddedHistory },
  { name: 'two processes on RabbitMQ and PostgreSQL', start: startSeparateHistory },
])('history in $name', ({ start }) => {
  let system: HistorySystem;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system?.stop());

  const say = async (...messages: Message[]) => {
    for (const message of messages) await system.bus.publish(message);
  };
  const recent = (accountId: string) => system.bus.request('history.recent', { accountId });
  const stats = (accountId: string, window: StatsWindow = 'all', timeZone = 'UTC') =>
    system.bus.request('history.stats', { accountId, window, timeZone });
  const onlyPlay = async (accountId: string) => (await recent(accountId)).plays[0];
  /** Waits until each of these messages is applied. */
  const noted = async (messages: Message[]) => {
    const ids = [...new Set(messages.map(({ id }) => id))];
    const applied = () => system.database.orm.$count(inbox, inArray(inbox.messageId, ids));
    await until('the messages to be noted', async () => (await applied()) === ids.length);
  };
  /** Waits until what came after everything said on this account's behalf is noted: a process keeps the order of its messages. */
  const settled = async (accountId: string) => {
    const marker = newId();
    await say(
      newMessage('playback.started', { trackId: newId(), playId: marker, positionS: 0 }, { actor: accountId, at: 0 }),
    );
    const there = () => system.database.orm.select({ it: plays.playId }).from(plays).where(eq(plays.playId, marker));
    await until('the marker', async () => (await there()).length > 0);
    await system.database.orm.delete(plays).where(eq(plays.playId, marker));
  };

  it('notes a play with what was heard and where its bytes came from', async () => {
    const [accountId, trackId] = [newId(), newId()];
    const [started, ended] = playOf(accountId, trackId, 1_000_000, { bytes });
    await say(started);
    await until('the start', async () => (await onlyPlay(accountId))?.state === 'started');
    expect(await onlyPlay(accountId)).toMatchObject({ listenedS: 0, counted: false, bytes: NO_BYTES });
    await say(ended);
    await until('the end', async () => (await onlyPlay(accountId))?.state === 'finished');
    expect((await recent(accountId)).plays).toEqual([
      {
        playId: started.data.playId,
        trackId,
        startedAt: 1_000_000,
        state: 'finished',
        positionS: 120,
        listenedS: 120,
        counted: true,
        bytes,
      } satisfies Play,
    ]);
  });

  it('knows what belongs on the shelves of the home page', async () => {
    const accountId = newId();
    const ids = { often: newId(), forgotten: newId(), once: newId(), anniversary: newId(), skipped: newId() };
    const now = Date.now();
    // Where it is about noon, so that no day ends while this runs.
    const eastH = 12 - new Date(now).getUTCHours();
    const timeZone = `Etc/GMT${eastH < 0 ? '+' : '-'}${Math.abs(eastH)}`;
    // Four years ago there was a 29 February if there is one today.
    const anniversary = new Date(now);
    anniversary.setUTCFullYear(anniversary.getUTCFullYear() - 4);
    const row = (trackId: string, startedAt: number, counted = true) => ({
      accountId,
      playId: newId(),
      trackId,
      startedAt,
      state: 'finished' as const,
      positionS: 100,
      counted,
    });
    await system.database.orm
      .insert(plays)
      .values([
        ...[1, 2, 3, 4].map((n) => row(ids.often, now - n * 3_600_000)),
        ...[70, 80, 90].map((n) => row(ids.forgotten, now - n * DAY_MS)),
        row(ids.once, now - 100 * DAY_MS),
        row(ids.anniversary, anniversary.getTime()),
        row(ids.skipped, now - 60_000, false),
      ]);
    const of = (shelf: { trackId: string }[]) => shelf.map(({ trackId }) => trackId);
    const shelves = await system.bus.request('history.shelves', { accountId, timeZone, limit: 3 });
    expect(of(shelves.recent).slice(0, 3)).toEqual([ids.skipped, ids.often, ids.forgotten]);
    expect(of(shelves.mostPlayed).slice(0, 2)).toEqual([ids.often, ids.forgotten]);
    expect(shelves.mostPlayed[0]).toEqual({ trackId: ids.often, plays: 4, lastAt: now - 3_600_000 });
    expect(of(shelves.rediscover)).toEqual([ids.forgotten]);
    expect(of(shelves.onThisDay)).toEqual([ids.anniversary]);
    const page = (shelf: 'most-played' | 'rediscover' | 'on-this-day', offset = 0) =>
      system.bus.request('history.shelf', { accountId, shelf, timeZone, offset, limit: 2 });
    expect(await page('most-played', 2)).toMatchObject({ total: 4, heard: [{ plays: 1 }, { plays: 1 }] });
    expect(await page('rediscover')).toMatchObject({ total: 1 });
    expect(await page('on-this-day')).toMatchObject({ total: 1 });
    await expect(
      system.bus.request('history.shelves', { accountId, timeZone: 'Nowhere/Else', limit: 3 }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    const nobody = { accountId: newId(), timeZone: 'Asia/Kolkata' };
    expect(await system.bus.request('history.shelves', nobody)).toEqual({
      recent: [],
      mostPlayed: [],
      rediscover: [],
      onThisDay: [],
    });
  });

  it('notes the same whatever comes first, twice, or under another id', async () => {
    const trackId = newId();
    // What is said at once, and what is said when that is noted: two processes note what is said at once in any order.
    const orders: ((start: Message, end: Message) => Message[][])[] = [
      (s, e) => [[s, e]],
      (s, e) => [[e, s]],
      (s, e) => [[s, s, e, e, s]],
      (s, e) => [[e, e, s]],
      // A page that did not hear the answer says the same again, in a message of its own.
      (s, e) => [
        [s, e],
        [
          { ...s, id: crypto.randomUUID(), at: s.at + 9_000 },
          { ...e, id: crypto.randomUUID(), at: e.at + 9_000 },
        ],
      ],
      // The first word stands.
      (s, e) => [[s, e], [{ ...e, id: crypto.randomUUID(), data: { ...e.data, listenedS: 5 } } as Message]],
    ];
    for (const order of orders) {
      const accountId = newId();
      const [started, ended] = playOf(accountId, trackId, 5_000_000, { bytes });
      for (const messages of order(started, ended)) {
        await say(...messages);
        await noted(messages);
      }
      await until('both', async () => {
        const play = await onlyPlay(accountId);
        return play?.state === 'finished' && play.startedAt === 5_000_000;
      });
      await settled(accountId);
      expect(await stats(accountId)).toMatchObject({ plays: 1, listenedS: 120, bytes });
      expect((await recent(accountId)).total).toBe(1);
    }
  });

  it('makes one play of a track that goes on after a reload', async () => {
    const accountId = newId();
    const [started, ended] = playOf(accountId, newId(), 1_000_000, { bytes });
    const left = {
      ...ended,
      id: crypto.randomUUID(),
      type: 'playback.skipped',
      at: 1_040_000,
      data: { ...ended.data, positionS: 30, listenedS: 30 },
    } as Message;
    const goesOn = { ...started, id: crypto.randomUUID(), at: 1_045_000 };
    const expected = { state: 'finished', startedAt: 1_000_000, listenedS: 120, counted: true, bytes };
    for (const messages of [[started], [left], [goesOn], [ended]]) {
      await say(...messages);
      await noted(messages);
    }
    await settled(accountId);
    expect((await recent(accountId)).plays).toMatchObject([expected]);
    // The other way round: what comes late changes nothing.
    const other = newId();
    const of = (message: Message) => ({ ...message, id: crypto.randomUUID(), actor: other });
    for (const message of [ended, left, goesOn, started].map(of)) {
      await say(message);
      await noted([message]);
    }
    await settled(other);
    expect((await recent(other)).plays).toMatchObject([expected]);
  });

  it('applies a message that is delivered many times at once exactly once', async () => {
    const accountId = newId();
    const [started, ended] = playOf(accountId, newId(), 1_000_000, { bytes });
    await Promise.all([started, ended, started, ended, started, ended].map((one) => handleEvent(system.database, one)));
    expect(await stats(accountId)).toMatchObject({ plays: 1, listenedS: 120, bytes });
  });

  it('believes no page more than the time that went by', async () => {
    const accountId = newId();
    const [started, ended] = playOf(accountId, newId(), 1_000_000, { listenedS: 400, durationS: 600 });
    await say(started, { ...ended, at: 1_000_000 + 60_000 });
    await until('the end', async () => (await onlyPlay(accountId))?.state === 'finished');
    expect(await onlyPlay(accountId)).toMatchObject({ listenedS: 70, counted: false });
  });

  it('judges again when the start comes after the end', async () => {
    const accountId = newId();
    const [started, ended] = playOf(accountId, newId(), 1_000_000);
    await say(ended);
    await until('the end', async () => (await onlyPlay(accountId))?.counted);
    await say({ ...started, at: ended.at - 30_000 });
    await until('the start', async () => (await onlyPlay(accountId))?.startedAt === ended.at - 30_000);
    expect(await onlyPlay(accountId)).toMatchObject({ listenedS: 40, counted: false });
  });

  it('takes events of pages that say neither what was heard nor how long the track is', async () => {
    const accountId = newId();
    const old = { trackId: newId(), playId: newId(), positionS: 60 };
    await say(newMessage('playback.finished', { ...old, bytes }, { actor: accountId, at: 100_000 }));
    await until('the end', async () => (await onlyPlay(accountId))?.state === 'finished');
    expect(await onlyPlay(accountId)).toMatchObject({ startedAt: 40_000, listenedS: 60, counted: true });
  });

  it('names the most played of each window', async () => {
    const accountId = newId();
    const [often, lately, longAgo, skipped] = [newId(), newId(), newId(), newId()];
    const now = Date.now();
    const at = (trackId: string, days: number, how = {}) =>
      playOf(accountId, trackId, now - Math.round(days * DAY_MS) - 500_000, how);
    const said = [
      ...[1, 2, 20].flatMap((days) => at(often, days)),
      ...[0.1, 0.2].flatMap((days) => at(lately, days)),
      ...[100, 200, 300, 400, 500].flatMap((days) => at(longAgo, days)),
      ...at(skipped, 1, { listenedS: 10, type: 'skipped' }),
    ];
    for (const event of said) await handleEvent(system.database, event);
    const top = async (window: StatsWindow, page = {}) => {
      const { tracks, total } = await system.bus.request('history.top', { accountId, window, ...page });
      return [total, ...tracks.map((track) => [track.trackId, track.plays])];
    };
    expect(await top('week')).toEqual([2, [lately, 2], [often, 2]]);
    expect(await top('month')).toEqual([2, [often, 3], [lately, 2]]);
    // Of two that were played as often the last played comes first.
    expect(await top('year')).toEqual([3, [often, 3], [longAgo, 3], [lately, 2]]);
    expect(await top('all')).toEqual([3, [longAgo, 5], [often, 3], [lately, 2]]);
    expect(await top('all', { offset: 1, limit: 1 })).toEqual([3, [often, 3]]);
    expect((await stats(accountId, 'week')).skips).toBe(1);
  });

  it.each(['UTC', 'America/Sao_Paulo', 'Europe/Lisbon', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
    'counts as a plain count over the same plays does, in %s',
    async (timeZone) => {
      const random = makeRandom(timeZone.length * 7919);
      const accountId = newId();
      const tracks = Array.from({ length: 9 }, newId);
      // Around both changes of the clock of 2025 in Europe and North America, and the whole year.
      const changes = [
        Date.UTC(2025, 2, 9, 7),
        Date.UTC(2025, 2, 30, 1),
        Date.UTC(2025, 9, 26, 1),
        Date.UTC(2025, 10, 2, 6),
      ];
      const rows: (typeof plays.$inferInsert)[] = Array.from({ length: 600 }, () => {
        const near = changes[Math.floor(random() * changes.length)] ?? 0;
        const startedAt =
          random() < 0.5
            ? Math.floor(near + (random() - 0.5) * 8 * 3_600_000)
            : Math.floor(Date.UTC(2025, 0, 1) + random() * 365 * DAY_MS);
        const ended = random() < 0.9;
        const counted = ended && random() < 0.7;
        return {
          accountId,
          playId: newId(),
          trackId: tracks[Math.floor(random() * tracks.length)] ?? '',
          startedAt,
          state: ended ? (random() < 0.5 ? 'finished' : 'skipped') : 'started',
          positionS: 1,
          listenedS: ended ? Math.floor(random() * 300) : 0,
          counted,
          cacheBytes: Math.floor(random() * 1e9),
          peerBytes: Math.floor(random() * 1e9),
          originBytes: Math.floor(random() * 1e9),
        };
      });
      await system.database.orm.insert(plays).values(rows);
      expect(await stats(accountId, 'all', timeZone)).toEqual(bruteForce(rows, timeZone));
    },
  );

  it.each(['Mars/Olympus', '+03:00', 'FOO5', '', "UTC'; drop table history.plays; --"])(
    'refuses %s as a time zone',
    async (timeZone) => {
      await expect(stats(newId(), 'all', timeZone)).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  it('answers for a listener without plays', async () => {
    const accountId = newId();
    expect(await stats(accountId)).toEqual({
      plays: 0,
      skips: 0,
      listenedS: 0,
      tracks: 0,
      bytes: NO_BYTES,
      days: [],
      hours: Array.from({ length: 24 }, () => 0),
    });
    expect(await system.bus.request('history.top', { accountId, window: 'all' })).toEqual({ tracks: [], total: 0 });
    expect(await system.bus.request('history.export', { accountId, cursor: null })).toEqual({
      plays: [],
      cursor: null,
    });
  });

  it('gives all plays in pieces, each once, the oldest first, also of one moment', async () => {
    const accountId = newId();
    const rows = Array.from({ length: 1_700 }, (_, i) => ({
      accountId,
      playId: newId(),
      trackId: newId(),
      startedAt: Math.floor(i / 600) * 1_000,
      state: 'started' as const,
      positionS: 0,
    }));
    await system.database.orm.insert(plays).values(rows);
    const given: Play[] = [];
    let cursor: string | null = null;
    do {
      const piece: { plays: Play[]; cursor: string | null } = await system.bus.request('history.export', {
        accountId,
        cursor,
      });
      given.push(...piece.plays);
      cursor = piece.cursor;
    } while (cursor !== null);
    expect(given).toHaveLength(1_700);
    expect(new Set(given.map(({ playId }) => playId)).size).toBe(1_700);
    expect(given.map(({ startedAt }) => startedAt)).toEqual(rows.map(({ startedAt }) => startedAt));
    await expect(system.bus.request('history.export', { accountId, cursor: 'x.y' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('without a server to forward to says so, and takes no token', async () => {
    const accountId = newId();
    expect(await system.bus.request('history.forwarding', { accountId })).toMatchObject({
      server: null,
      userName: null,
    });
    await expect(system.bus.request('history.forward', { accountId, token: 'some-token' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

/** The same numbers, by going through the plays one by one with the JavaScript engine's own time zones. */
function bruteForce(rows: (typeof plays.$inferInsert)[], timeZone: string): ListeningStats {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const days = new Map<string, { day: string; plays: number; listenedS: number }>();
  const answer: ListeningStats = {
    plays: 0,
    skips: 0,
    listenedS: 0,
    tracks: new Set(rows.filter((row) => row.counted).map((row) => row.trackId)).size,
    bytes: { ...NO_BYTES },
    days: [],
    hours: Array.from({ length: 24 }, () => 0),
  };
  for (const row of rows) {
    const part = Object.fromEntries(format.formatToParts(row.startedAt).map(({ type, value }) => [type, value]));
    const day = `${part.year}-${part.month}-${part.day}`;
    const ofDay = days.get(day) ?? { day, plays: 0, listenedS: 0 };
    days.set(day, ofDay);
    const [listenedS, hour] = [row.listenedS ?? 0, Number(part.hour)];
    answer.listenedS += listenedS;
    ofDay.listenedS += listenedS;
    answer.bytes.cache += row.cacheBytes ?? 0;
    answer.bytes.peer += row.peerBytes ?? 0;
    answer.bytes.origin += row.originBytes ?? 0;
    if (row.state === 'skipped' && !row.counted) answer.skips += 1;
    if (!row.counted) continue;
    answer.plays += 1;
    ofDay.plays += 1;
    answer.hours[hour] = (answer.hours[hour] ?? 0) + 1;
  }
  answer.days = [...days.values()]
    .filter((day) => day.plays > 0 || day.listenedS > 0)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  return answer;
}
