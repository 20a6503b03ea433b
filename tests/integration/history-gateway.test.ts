/** The history through the gateway: what pages and scripts ask, and the export. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { Play, TopTrack } from '@/lib/contracts/history';
import { newId } from '@/lib/contracts/ids';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { until } from '@/testing/wait';
import { type Gateway, setUp, startGatewayForTest } from '../support/gateway';
import { type FakeListenBrainz, startListenBrainz } from '../support/listenbrainz';

let other: FakeListenBrainz;
let gateway: Gateway;
let as: string;
let trackIds: string[];
beforeAll(async () => {
  other = await startListenBrainz();
  gateway = await startGatewayForTest({ LISTENBRAINZ_URL: `${other.url}/` });
  as = await setUp(gateway);
  await gateway.call('POST', '/api/imports', { as, body: { folder: 'demo' } });
  trackIds = await until('some tracks', async () => {
    const { albums } = await json<{ albums: { id: string }[] }>('/api/albums');
    if (albums[0] === undefined) return null;
    const { tracks } = await json<{ tracks: { id: string }[] }>(`/api/albums/${albums[0].id}`);
    return tracks.length >= 2 ? tracks.map(({ id }) => id) : null;
  });
});
afterAll(async () => {
  await gateway?.stop();
  await other?.stop();
});

async function json<T>(path: string): Promise<T> {
  const response = await gateway.call('GET', path, { as });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
const status = async (method: string, path: string, body?: unknown) =>
  (await gateway.call(method, path, { as, ...(body === undefined ? {} : { body }) })).status;
const report = async (body: object) => {
  const response = await gateway.call('POST', '/api/plays', { as, body });
  expect(response.status).toBe(202);
};
/** A play that ended now and was heard for two minutes of three. */
async function play(trackId: string): Promise<string> {
  const playId = newId();
  await report({ type: 'started', trackId, playId, positionS: 0, agoS: 120 });
  const bytes = { cache: 1, peer: 2, origin: 3 };
  await report({ type: 'finished', trackId, playId, positionS: 180, listenedS: 120, durationS: 180, bytes });
  await until('the play', async () =>
    (await json<{ plays: Play[] }>('/api/history')).plays.some((found) => found.playId === playId && found.counted),
  );
  return playId;
}

describe('a listener', () => {
  it('finds what was played, when, and from where, the most played, and the numbers', async () => {
    const [one = '', two = ''] = trackIds;
    const playId = await play(one);
    await play(one);
    await play(two);
    const { plays } = await json<{ plays: Play[] }>('/api/history?limit=3');
    const first = plays.find((found) => found.playId === playId);
    expect(first).toMatchObject({ listenedS: 120, counted: true, bytes: { cache: 1, peer: 2, origin: 3 } });
    // It began two minutes before it was told.
    expect(Date.now() - (first?.startedAt ?? 0)).toBeGreaterThan(119_000);

    const top = await json<{ top: TopTrack[]; total: number; tracks: { id: string; title: string }[] }>(
      '/api/history/top?window=week',
    );
    expect(top.top.map(({ trackId, plays: times }) => [trackId, times])).toEqual([
      [one, 2],
      [two, 1],
    ]);
    expect(top.tracks.map(({ id }) => id).sort()).toEqual([one, two].sort());

    const stats = await json<{ plays: number; listenedS: number; days: unknown[] }>(
      '/api/history/stats?window=week&timeZone=America/Sao_Paulo',
    );
    expect(stats).toMatchObject({ plays: 3, listenedS: 360 });
    expect(stats.days.length).toBeGreaterThan(0);
  });

  it('is told what is wrong with a question', async () => {
    expect(await status('GET', '/api/history/stats?timeZone=Mars/Olympus')).toBe(400);
    expect(await status('GET', `/api/history/stats?timeZone=${'x'.repeat(65)}`)).toBe(400);
    expect(await status('GET', '/api/history/stats?window=fortnight')).toBe(400);
    expect(await status('GET', '/api/history/top?limit=1000')).toBe(400);
    expect(await status('POST', '/api/plays', { type: 'finished', agoS: -1 })).toBe(400);
    expect(await status('PUT', '/api/history/forwarding', { token: 'short' })).toBe(400);
    for (const path of ['', '/top', '/stats', '/export', '/forwarding']) {
      expect((await gateway.call('GET', `/api/history${path}`)).status).toBe(401);
    }
  });

  it('gives a token, has plays forwarded, and takes it back', async () => {
    other.users.set('the-right-token', 'ada-there');
    const put = (token: string | null) => gateway.call('PUT', '/api/history/forwarding', { as, body: { token } });
    expect((await put('the-wrong-token')).status).toBe(403);
    const given = await put(' the-right-token ');
    expect(await given.json()).toMatchObject({ server: other.url, userName: 'ada-there', problem: null });
    await play(trackIds[0] ?? '');
    await until('the listen', () => other.taken.length > 0);
    expect(other.taken[0]?.user).toBe('ada-there');
    expect(JSON.stringify(await json('/api/history/forwarding'))).not.toContain('the-right-token');
    expect(await (await put(null)).json()).toMatchObject({ userName: null, pending: 0 });
  });
});

describe('an export', () => {
  it('is a file with every play and its names', async () => {
    const response = await gateway.call('GET', '/api/history/export', { as });
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="enxame-history-\d{4}-\d\d-\d\d\.json"$/,
    );
    const whole = (await response.json()) as {
      plays: { title: string; artist: string; album: string }[];
      count: number;
    };
    expect(whole.count).toBe(whole.plays.length);
    expect(whole.count).toBeGreaterThanOrEqual(4);
    for (const { title, artist, album } of whole.plays) expect([title, artist, album]).not.toContain(null);
  });

  describe('of a hundred thousand plays', () => {
    const PIECES = 200;
    let apart: Gateway;
    let admin: string;
    /** Pieces asked for so far, and the one that fails; null: none does. */
    const service = { asked: 0, failsAt: null as number | null };
    beforeAll(async () => {
      apart = await startGatewayForTest({}, ['catalog']);
      admin = await setUp(apart);
      const give: RpcHandlers<'history'>['history.export'] = async ({ cursor }) => {
        const piece = Number(cursor ?? 0);
        service.asked += 1;
        if (piece === service.failsAt) throw new EnxameError('unavailable', 'gone');
        return { plays: Array.from({ length: 500 }, somePlay), cursor: piece + 1 < PIECES ? String(piece + 1) : null };
      };
      await apart.bus.serve('history', { 'history.export': give } as unknown as RpcHandlers<'history'>);
    });
    afterAll(() => apart?.stop());
    const ask = (failsAt: number | null = null) => {
      Object.assign(service, { asked: 0, failsAt });
      return apart.call('GET', '/api/history/export', { as: admin });
    };

    const standingStill = () => {
      let [before, same] = [0, 0];
      return until('standing still', () => {
        same = service.asked === before ? same + 1 : 0;
        before = service.asked;
        return same >= 10;
      });
    };

    it('comes whole, and waits for a reader who is slow instead of being held', async () => {
      const response = await ask();
      const reader = response.body?.getReader();
      const parts: Uint8Array[] = [];
      const read = async () => {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (value !== undefined) parts.push(value);
        return done;
      };
      await read();
      // Nobody reads: what the sockets on the way hold fills up, and then no more is asked for.
      await standingStill();
      expect(service.asked).toBeLessThan(PIECES / 2);
      while (!(await read()));
      const whole = JSON.parse(Buffer.concat(parts).toString()) as { plays: Play[]; count: number };
      expect([whole.count, whole.plays.length]).toEqual([100_000, 100_000]);
      expect(new Set(whole.plays.map(({ playId }) => playId)).size).toBe(100_000);
    });

    it('breaks off when a piece fails, and does not look complete', async () => {
      const response = await ask(20);
      expect(response.status).toBe(200);
      let text = '';
      const decoder = new TextDecoder();
      const reading = (async () => {
        for await (const part of response.body ?? []) text += decoder.decode(part, { stream: true });
      })();
      await expect(reading).rejects.toThrow();
      expect(text.length).toBeGreaterThan(100_000);
      expect(() => JSON.parse(text)).toThrow();
    });

    it('answers with the reason when there is nothing yet', async () => {
      const response = await ask(0);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'unavailable' });
    });

    it('asks for no more once nobody reads', async () => {
      const response = await ask();
      await response.body?.cancel();
      await standingStill();
      expect(service.asked).toBeLessThan(PIECES / 2);
    });
  });
});

function somePlay(): Play {
  return {
    playId: newId(),
    trackId: 't'.repeat(22),
    startedAt: 1_700_000_000_000,
    state: 'finished',
    positionS: 180,
    listenedS: 180,
    counted: true,
    bytes: { cache: 1, peer: 2, origin: 3 },
  };
}
