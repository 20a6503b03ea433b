/** Plays that are forwarded to a ListenBrainz-compatible server, which is away, busy, slow or cross. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import { queryRows } from '@/lib/database/database';
import { claimNext, forgetOld, KEEP_MS, keepForwarder } from '@/services/history/forwarding/queue';
import { forwards } from '@/services/history/schema';
import { until } from '@/testing/wait';
import { addTrack, type HistorySystem, playOf, startEmbeddedHistory, startSeparateHistory } from '../support/history';
import { type FakeListenBrainz, startListenBrainz } from '../support/listenbrainz';

/** A moment that ListenBrainz takes. */
const LONG_AGO = Date.UTC(2025, 5, 1);

describe.each([
  { name: 'one process', start: startEmbeddedHistory, count: 120 },
  { name: 'two processes on RabbitMQ and PostgreSQL', start: startSeparateHistory, count: 120 },
])('forwarding by $name', ({ start, count }) => {
  let other: FakeListenBrainz;
  let system: HistorySystem;
  beforeAll(async () => {
    other = await startListenBrainz();
    system = await start({ forwardTo: other.url });
  });
  afterAll(async () => {
    await system?.stop();
    await other?.stop();
  });
  beforeEach(() => {
    other.mood = null;
    other.taken.length = 0;
    other.requests.length = 0;
    other.playingNow.length = 0;
  });
  afterEach(async () => {
    // Nobody's leftovers trouble the next test.
    await other.comeBack();
    await system.database.orm.execute(sql`delete from history.forwards`);
    await system.database.orm.execute(sql`delete from history.forwarders`);
  });

  const say = async (...messages: Message[]) => {
    for (const message of messages) await system.bus.publish(message);
  };
  const state = (accountId: string) => system.bus.request('history.forwarding', { accountId });
  /** Somebody whose token the other server knows. */
  async function listener() {
    const [accountId, token] = [newId(), `token-${newId()}`];
    other.users.set(token, `user-of-${accountId}`);
    const given = await system.bus.request('history.forward', { accountId, token });
    expect(given).toMatchObject({ server: other.url, userName: `user-of-${accountId}`, pending: 0, problem: null });
    return { accountId, token };
  }
  /** `many` plays that count, one after the other. @returns their titles */
  async function hear(accountId: string, many: number, startedAt = LONG_AGO): Promise<string[]> {
    const titles: string[] = [];
    for (let i = 0; i < many; i += 1) {
      const track = addTrack(system);
      titles.push(track.title);
      await say(...playOf(accountId, track.id, startedAt + i * 200_000));
    }
    return titles;
  }
  const takenTitles = () => other.taken.map(({ title }) => title).sort();
  const allForwarded = (accountId: string, titles: string[]) =>
    until(
      () => `${titles.length} taken: ${other.taken.length}, ${JSON.stringify(other.requests.slice(-5))}`,
      async () => other.taken.length >= titles.length && (await state(accountId)).pending === 0,
    );

  it('forwards what counts, once, with its time and its names', async () => {
    const { accountId } = await listener();
    const track = addTrack(system, { title: 'Brisa', artist: 'Vento' });
    await say(...playOf(accountId, track.id, LONG_AGO));
    await say(...playOf(accountId, track.id, LONG_AGO + 900_000, { listenedS: 20, type: 'skipped' }));
    await until('the play', async () => (await state(accountId)).lastForwardedAt !== null);
    expect(other.taken).toEqual([
      { user: `user-of-${accountId}`, title: 'Brisa', artist: 'Vento', listenedAt: LONG_AGO / 1000 },
    ]);
    expect(await state(accountId)).toMatchObject({ pending: 0, problem: null });
  });

  it('forwards nothing of those who gave no token, nor after they took it back', async () => {
    const [stranger, { accountId }] = [newId(), await listener()];
    await hear(stranger, 1);
    const gone = await system.bus.request('history.forward', { accountId, token: null });
    expect(gone).toMatchObject({ server: other.url, userName: null, pending: 0 });
    await hear(accountId, 1);
    const { accountId: third } = await listener();
    const titles = await hear(third, 1);
    await allForwarded(third, titles);
    expect(takenTitles()).toEqual(titles);
  });

  it('tells what is playing now, and leaves out what began a while ago', async () => {
    const { accountId } = await listener();
    const [old, now] = [addTrack(system), addTrack(system)];
    await say(playOf(accountId, old.id, Date.now() - 120_000)[0]);
    await say(playOf(accountId, now.id, Date.now())[0]);
    await until('now playing', () => other.playingNow.length > 0);
    expect(other.playingNow).toEqual([{ user: `user-of-${accountId}`, title: now.title }]);
    expect(other.taken).toEqual([]);
  });

  it('keeps plays while the other server is away, and loses none', async () => {
    const { accountId } = await listener();
    await other.goAway();
    const titles = await hear(accountId, count);
    await until('the problem', async () => (await state(accountId)).problem);
    // Of a process that has no time for four seconds, the one as well as the other is true.
    const { problem } = await state(accountId);
    expect(problem).toMatch(
      /^Could not send your plays: the other server (cannot be reached|did not respond in time)\. Retrying\.$/,
    );
    await until('all wait', async () => (await state(accountId)).pending === count);
    await other.comeBack();
    await allForwarded(accountId, titles);
    expect(takenTitles()).toEqual(titles.sort());
    expect(other.requests.every(({ listens }) => listens <= 100)).toBe(true);
    expect(await state(accountId)).toMatchObject({ problem: null });
  });

  it('tries less and less often', async () => {
    const { accountId } = await listener();
    other.mood = () => (other.requests.length < 4 ? { status: 502 } : undefined);
    const titles = await hear(accountId, 1);
    await allForwarded(accountId, titles);
    const times = other.requests.map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    // More, where an answer took longer than a request may.
    expect(gaps.length).toBeGreaterThanOrEqual(4);
    for (const [i, gap] of gaps.slice(0, 4).entries()) expect(gap).toBeGreaterThanOrEqual(20 * 2 ** i - 5);
  });

  it('waits as long as the other server says (429), and when it says that no request is left', async () => {
    const { accountId } = await listener();
    let limited = true;
    other.mood = () => {
      if (!limited) return undefined;
      limited = false;
      return { status: 429, headers: { 'x-ratelimit-reset-in': '1' } };
    };
    const titles = await hear(accountId, 1);
    await allForwarded(accountId, titles);
    const [refused, accepted] = other.requests;
    expect(refused?.status).toBe(429);
    // To the tick of a timer.
    expect((accepted?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(995);

    other.requests.length = 0;
    other.mood = () => ({ status: 200, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-in': '1' } });
    const more = await hear(accountId, 1);
    await allForwarded(accountId, [...titles, ...more]);
    more.push(...(await hear(accountId, 1)));
    await allForwarded(accountId, [...titles, ...more]);
    const [first, second] = other.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(995);
  });

  it('stops at a token that is not accepted any more, says so, and goes on with a new one', async () => {
    const { accountId, token } = await listener();
    other.users.delete(token);
    const titles = await hear(accountId, 2);
    await until('the problem', async () => (await state(accountId)).problem);
    const { problem } = await state(accountId);
    expect(problem).toContain('The token is no longer accepted');
    await until('both wait', async () => (await state(accountId)).pending === 2);
    // Nobody knocks again meanwhile: another listener's play goes through, and only that.
    const asked = other.requests.length;
    const { accountId: neighbour } = await listener();
    await allForwarded(neighbour, await hear(neighbour, 1));
    expect(new Set(other.requests.slice(asked).map(({ status }) => status))).toEqual(new Set([200]));

    const renewed = `token-${newId()}`;
    other.users.set(renewed, `user-of-${accountId}`);
    await system.bus.request('history.forward', { accountId, token: renewed });
    await until('both', () => titles.every((title) => takenTitles().includes(title)));
    await until('settled', async () => (await state(accountId)).pending === 0);
    expect(await state(accountId)).toMatchObject({ problem: null });
  });

  it('leaves out the one play that is refused, with the reason, and forwards the others', async () => {
    const { accountId } = await listener();
    await other.goAway();
    const titles = await hear(accountId, 7);
    await until('all wait', async () => (await state(accountId)).pending === 7);
    const bad = titles[4];
    other.mood = ({ payload }) =>
      payload.some(({ track_metadata }) => track_metadata.track_name === bad)
        ? { status: 400, body: JSON.stringify({ code: 400, error: 'The name does not please.' }) }
        : undefined;
    await other.comeBack();
    await until('nothing waits', async () => (await state(accountId)).pending === 0);
    expect(takenTitles()).toEqual(titles.filter((title) => title !== bad).sort());
  });

  it('leaves out plays of tracks that are gone', async () => {
    const { accountId } = await listener();
    await say(...playOf(accountId, newId(), LONG_AGO));
    const titles = await hear(accountId, 1, LONG_AGO + 400_000);
    await allForwarded(accountId, titles);
    expect(takenTitles()).toEqual(titles);
  });

  it('gives up an answer that does not come, reads no endless one, and follows none elsewhere', async () => {
    const { accountId } = await listener();
    const moods = [
      { status: 500, silent: true },
      { status: 503, body: 'x'.repeat(10_000_000) },
      { status: 307, headers: { location: `${other.url}/1/validate-token` } },
    ];
    other.mood = () => moods.shift();
    const titles = await hear(accountId, 1);
    await allForwarded(accountId, titles);
    expect(other.requests.map(({ status }) => status).slice(0, 4)).toEqual([500, 503, 307, 200]);
    expect(takenTitles()).toEqual(titles);
  });

  it('takes no token that the other server does not know, cannot check, or that is none', async () => {
    const give = (token: string) => system.bus.request('history.forward', { accountId: newId(), token });
    await expect(give('nobody-knows-this')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(give('line\nbreak: yes')).rejects.toMatchObject({ code: 'invalid_request' });
    await other.goAway();
    await expect(give('nobody-knows-this')).rejects.toMatchObject({ code: 'unavailable' });
    await other.comeBack();
  });

  it('shows the token nowhere', async () => {
    const { accountId, token } = await listener();
    const rows = await queryRows(
      system.database.orm,
      sql`select encode(wrapped_token, 'escape') as wrapped, row_to_json(f)::text as whole from history.forwarders f
      where account_id = ${accountId}`,
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(await state(accountId))).not.toContain(token);
  });

  it('lets go what waited too long', async () => {
    const { accountId } = await listener();
    const old = {
      accountId,
      playId: newId(),
      trackId: newId(),
      startedAt: LONG_AGO,
      queuedAt: Date.now() - KEEP_MS - 1,
    };
    await other.goAway();
    await system.database.orm.insert(forwards).values(old);
    await forgetOld(system.database.orm);
    await other.comeBack();
    expect((await state(accountId)).pending).toBe(0);
  });

  it('gives one listener’s plays to one worker at a time, and takes over from one that was killed', async () => {
    const [accountId, playId] = [newId(), newId()];
    const server = 'https://nobody.example';
    await keepForwarder(system.database, { accountId, server, userName: 'ana', wrappedToken: Buffer.from('x') });
    await system.database.orm
      .insert(forwards)
      .values({ accountId, playId, trackId: newId(), startedAt: 1, queuedAt: 1 });
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimNext(system.database, server)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    // Its claim runs out.
    await system.database.orm.execute(
      sql`update history.forwarders set next_try_at = ${Date.now() - 1} where account_id = ${accountId}`,
    );
    expect((await claimNext(system.database, server))?.waiting.map((play) => play.playId)).toEqual([playId]);
    // The clock was set back: the claim would last for as long as that was.
    await system.database.orm.execute(
      sql`update history.forwarders set next_try_at = ${Date.now() + 2 * 3600_000} where account_id = ${accountId}`,
    );
    expect((await claimNext(system.database, server))?.waiting.map((play) => play.playId)).toEqual([playId]);
  });

  it('of many listeners sends each play once, also when a worker stops in between', async () => {
    const listeners = await Promise.all(Array.from({ length: 8 }, listener));
    const expected: string[] = [];
    await Promise.all(
      listeners.map(async ({ accountId }) => {
        expected.push(...(await hear(accountId, 12)));
      }),
    );
    if (system.workers.length > 1) await system.workers[0]?.();
    await until(
      () => `${expected.length} taken: ${other.taken.length}`,
      () => other.taken.length >= expected.length,
    );
    for (const { accountId } of listeners) {
      await until('settled', async () => (await state(accountId)).pending === 0);
    }
    expect(takenTitles()).toEqual(expected.sort());
  });
});
