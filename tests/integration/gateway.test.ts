import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { me } from '@/lib/contracts/api/account';
import { health } from '@/lib/contracts/api/server';
import { type Problem, problem } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { peerAdmission } from '@/lib/contracts/playback';
import { ADMIN, cookiesOf } from '@/testing/product';
import { until } from '@/testing/wait';
import { type Gateway, setUp, startGatewayForTest } from '../support/gateway';

const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };

let gateway: Gateway;
let admin: string;
let listener: string;

beforeAll(async () => {
  gateway = await startGatewayForTest();
});
afterAll(() => gateway.stop());

/** The problem document of a refusal, checked against its contract. */
async function refusal(response: Response, status: number): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const document = problem.parse(await response.json());
  expect([response.status, document.status]).toEqual([status, status]);
  expect(document.type).toBe(`urn:enxame:error:${document.code}`);
  expect(document.requestId).toBe(response.headers.get('x-request-id'));
  return document;
}

describe('the first account', () => {
  test('a new server says so, and takes no sign-in and no other question', async () => {
    expect(me.parse(await (await gateway.call('GET', '/api/me')).json())).toEqual({
      account: null,
      firstRun: true,
      setupTokenNeeded: false,
      signup: 'closed',
      tabs: 'each',
      relay: 'none',
      downloads: false,
    });
    const refused = await refusal(await gateway.call('GET', '/api/albums'), 401);
    expect(refused.code).toBe('not_signed_in');
  });

  test('a page of another site cannot make it', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
      const response = await gateway.call('POST', '/api/setup', { body: ADMIN, headers });
      expect((await refusal(response, 403)).code).toBe('forbidden');
    }
  });

  test('through a proxy it takes the token, whatever the client claims about itself', async () => {
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-forwarded-for': '127.0.0.1', 'x-enxame-forwarded': '0', 'x-enxame-address': '127.0.0.1' },
    ]) {
      const asked = await gateway.call('GET', '/api/me', { headers });
      expect(await asked.json()).toMatchObject({ firstRun: true, setupTokenNeeded: true });
      const response = await gateway.call('POST', '/api/setup', { body: ADMIN, headers });
      expect((await refusal(response, 403)).detail).toMatch(/token/);
    }
  });

  test('of two at once one wins and is signed in', async () => {
    const both = await Promise.all([
      gateway.call('POST', '/api/setup', { body: ADMIN }),
      gateway.call('POST', '/api/setup', { body: ADMIN }),
    ]);
    expect(both.map((response) => response.status).sort()).toEqual([201, 409]);
    const won = both.find((response) => response.status === 201);
    admin = won === undefined ? '' : cookiesOf(won);
    expect(await (await gateway.call('GET', '/api/me', { as: admin })).json()).toMatchObject({
      account: { email: ADMIN.email, role: 'admin' },
      firstRun: false,
    });
  });
});

describe('accounts', () => {
  test('an administrator adds a listener, who signs in', async () => {
    const response = await gateway.call('POST', '/api/people', { as: admin, body: { ...BOB, role: 'listener' } });
    expect(response.status).toBe(201);
    listener = await gateway.signIn(BOB);
    const answer = me.parse(await (await gateway.call('GET', '/api/me', { as: listener })).json());
    expect(answer.account).toMatchObject({ name: 'Bob', role: 'listener' });
  });

  test('a listener is refused what administrators may', async () => {
    for (const [method, path] of [
      ['GET', '/api/people'],
      ['GET', '/api/imports'],
      ['GET', '/api/summary'],
      ['POST', '/api/invites'],
    ] as const) {
      expect((await refusal(await gateway.call(method, path, { as: listener }), 403)).code).toBe('forbidden');
    }
  });

  test('sign-ups are closed by default, and better-auth’s own route does not exist', async () => {
    const signup = await gateway.call('POST', '/api/signup', { body: { ...BOB, email: 'eve@example.org' } });
    expect((await refusal(signup, 403)).code).toBe('signup_closed');
    const own = await gateway.call('POST', '/api/auth/sign-up/email', { body: { ...BOB, email: 'eve@example.org' } });
    expect((await refusal(own, 404)).code).toBe('not_found');
  });

  test('a wrong password is refused without a cookie', async () => {
    const response = await gateway.call('POST', '/api/auth/sign-in/email', {
      body: { ...BOB, password: 'not this one' },
    });
    expect((await refusal(response, 401)).code).toBe('not_signed_in');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('a disabled account may not go on, and learns why', async () => {
    const { people } = (await (await gateway.call('GET', '/api/people', { as: admin })).json()) as {
      people: { id: string; name: string }[];
    };
    const bob = people.find((person) => person.name === 'Bob')?.id;
    const path = `/api/people/${bob}`;
    expect((await gateway.call('PATCH', path, { as: admin, body: { disabled: true } })).status).toBe(200);
    const play = { trackId: newId(), peerId: newId() };
    const refused = await refusal(await gateway.call('POST', '/api/playback', { as: listener, body: play }), 403);
    expect(refused.code).toBe('account_disabled');
    const signIn = await gateway.call('POST', '/api/auth/sign-in/email', { body: BOB });
    expect((await refusal(signIn, 403)).code).toBe('account_disabled');
    await gateway.call('PATCH', path, { as: admin, body: { disabled: false } });
    expect((await refusal(await gateway.call('GET', '/api/playlists', { as: listener }), 401)).code).toBe(
      'not_signed_in',
    );
    listener = await gateway.signIn(BOB);
  });

  test('signing out ends the session, not only the cookie', async () => {
    const session = await gateway.signIn(BOB);
    const out = await gateway.call('POST', '/api/auth/sign-out', { as: session, body: {} });
    expect(out.headers.getSetCookie()[0]).toMatch(/Max-Age=0/);
    await refusal(await gateway.call('GET', '/api/playlists', { as: session }), 401);
  });
});

describe('requests', () => {
  test('a page of another site cannot change anything with the listener’s cookie', async () => {
    const options = { as: listener, body: { name: 'Stolen' }, headers: { origin: 'https://evil.example' } };
    expect((await refusal(await gateway.call('POST', '/api/playlists', options), 403)).code).toBe('forbidden');
  });

  test('a body that does not fit is answered with what does not', async () => {
    const response = await gateway.call('POST', '/api/playlists', {
      as: listener,
      body: { name: '', trackIds: ['x'] },
    });
    const { code, issues } = await refusal(response, 400);
    expect(code).toBe('invalid_request');
    expect(issues?.map((issue) => issue.path)).toEqual(['name', 'trackIds.0']);
  });

  test('no JSON, the wrong type, too much', async () => {
    const broken = await gateway.call('POST', '/api/playlists', { as: listener, body: '{"name":' });
    expect((await refusal(broken, 400)).code).toBe('invalid_request');
    const form = await gateway.call('POST', '/api/playlists', {
      as: listener,
      body: 'name=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await refusal(form, 415)).code).toBe('format_unsupported');
    const huge = await gateway.call('POST', '/api/playlists', { as: listener, body: { name: 'x'.repeat(70_000) } });
    expect((await refusal(huge, 413)).code).toBe('too_large');
  });

  test('too much without a length is cut off, too', async () => {
    const response = await fetch(`${gateway.url}/api/playlists`, {
      method: 'POST',
      headers: { cookie: listener, origin: gateway.url, 'content-type': 'application/json' },
      body: new ReadableStream({
        pull: (stream) => stream.enqueue(new Uint8Array(16_384).fill(32)),
      }),
      duplex: 'half',
    } as RequestInit);
    expect((await refusal(response, 413)).code).toBe('too_large');
  });

  test('a body that is refused unread does not block its connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const post = async (type: string, body: string) => {
      const headers = { origin: gateway.url, cookie: admin, 'content-type': type };
      const sent = request(`${gateway.url}/api/playback`, { method: 'POST', agent, headers });
      sent.end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      await once(response.resume(), 'end');
      return response.statusCode;
    };
    expect(await post('text/plain', 'x'.repeat(1_000_000))).toBe(415);
    expect(await post('application/json', '{}')).toBe(400);
  });

  test('an unknown name, an impossible name, an unknown address', async () => {
    for (const path of [
      `/api/albums/${newId()}`,
      '/api/albums/not-an-id',
      `/api/playlists/${newId()}`,
      '/api/nothing/here',
    ]) {
      expect((await refusal(await gateway.call('GET', path, { as: listener }), 404)).code).toBe('not_found');
    }
    const page = await gateway.call('GET', '/api/albums?limit=100000', { as: listener });
    expect((await refusal(page, 400)).issues?.[0]?.path).toBe('limit');
  });

  test('the caller’s request id goes through, a strange one does not', async () => {
    const kept = await gateway.call('GET', '/api/me', { headers: { 'x-request-id': 'page-42' } });
    expect(kept.headers.get('x-request-id')).toBe('page-42');
    const made = await gateway.call('GET', '/api/me', { headers: { 'x-request-id': 'a b;c' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('answers are for nobody’s cache, and carry the security headers', async () => {
    const response = await gateway.call('GET', '/api/me');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a flood of changes by one account is slowed down', async () => {
    // The limit refills with time, and a slow machine would never meet it: time stands still.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    onTestFinished(() => clock.mockRestore());
    const statuses = await Promise.all(
      Array.from({ length: 260 }, () =>
        gateway.call('POST', '/api/playback/release', { as: admin, body: {} }).then((response) => response.status),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([400, 429]));
  });
});

describe('through the bus', () => {
  test('health names every component', async () => {
    const response = await gateway.call('GET', '/api/health');
    expect(response.status).toBe(200);
    const answer = health.parse(await response.json());
    expect(answer.components).toMatchObject({
      database: { status: 'ok' },
      broker: { status: 'ok' },
      catalog: { status: 'ok' },
      playlists: { status: 'ok' },
      history: { status: 'ok' },
      origin: { status: 'ok' },
      // No signaling in this composition.
      signaling: { status: 'down' },
    });
    expect(answer.status).toBe('degraded');
  });

  test('a playlist is made, read after its own write, and nobody else’s', async () => {
    const made = await gateway.call('POST', '/api/playlists', { as: listener, body: { name: 'Sunday' } });
    expect(made.status).toBe(202);
    const { messageId, playlistId } = (await made.json()) as { messageId: string; playlistId: string };
    const path = `/api/playlists/${playlistId}`;
    const read = await gateway.call('GET', `${path}?after=${messageId}`, { as: listener });
    expect(await read.json()).toMatchObject({ id: playlistId, name: 'Sunday', entries: [], tracks: [] });
    await refusal(await gateway.call('GET', path, { as: admin }), 404);
  });

  test('a play is in the history', async () => {
    const play = { type: 'started', trackId: newId(), playId: newId(), positionS: 0 };
    expect((await gateway.call('POST', '/api/plays', { as: listener, body: play })).status).toBe(202);
    await until('the play', async () => {
      const response = await gateway.call('GET', '/api/history', { as: listener });
      const { plays } = (await response.json()) as { plays: { playId: string }[] };
      return plays.some((known) => known.playId === play.playId);
    });
  });

  test('a tab is admitted with a token, a STUN server and the key that signs manifests', async () => {
    const response = await gateway.call('POST', '/api/peer', { as: listener, body: { peerId: newId() } });
    const admission = peerAdmission.parse(await response.json());
    expect(admission.iceServers).toEqual([{ urls: `stun:localhost:${gateway.config.stunPort}` }]);
    expect(Buffer.from(admission.publicKey, 'base64url')).toHaveLength(32);
    expect(admission.expiresAt).toBeGreaterThan(admission.now);
  });

  test('a track that does not exist is not granted', async () => {
    const body = { trackId: newId(), peerId: newId() };
    const refused = await refusal(await gateway.call('POST', '/api/playback', { as: listener, body }), 404);
    expect(refused.code).toBe('not_found');
  });
});

test('the second administrator of a server is made by the first alone', async () => {
  await expect(setUp(gateway)).rejects.toThrow(/conflict/);
});
