import { describe, expect, it, vi } from 'vitest';
import { api } from '@/lib/contracts/api';
import type { Problem } from '@/lib/contracts/errors';
import { newId, newMessageId } from '@/lib/contracts/ids';
import { httpClient } from './http';
import { errorFromResponse, issuesOf } from './http-errors';

type Init = RequestInit & { headers: Record<string, string> };

/** A client whose server answers with `answer`. */
function clientOf(answer: (init: Init) => Response | Promise<Response>, options = {}) {
  const fetch = vi.fn(async (_address: string | URL | Request, init?: RequestInit) => answer(init as Init));
  return { http: httpClient({ fetch, ...options }), fetch };
}

const refusal = (status: number, document: Partial<Problem> | string, headers = {}) =>
  new Response(typeof document === 'string' ? document : JSON.stringify(document), { status, headers });
const problem: Problem = { type: 'urn:x', title: 'No', status: 409, detail: 'It is taken.', code: 'conflict' };
const accepted = { messageId: crypto.randomUUID(), playlistId: newId() };

describe('a question', () => {
  it('is sent as its entry says', async () => {
    const { http, fetch } = clientOf(() => Response.json(accepted), {
      server: 'http://music.example',
      headers: () => ({ cookie: 'a=b' }),
      init: { cache: 'no-store' },
    });
    const id = newId();
    const commandId = newMessageId();
    const answer = await http.ask(api.playlists.change, {
      params: { id },
      body: { name: 'Sunday' },
      commandId,
      keepalive: true,
    });
    expect(answer).toEqual(accepted);
    expect(fetch).toHaveBeenCalledExactlyOnceWith(`http://music.example/api/playlists/${id}`, {
      method: 'PATCH',
      headers: { cookie: 'a=b', 'content-type': 'application/json', 'Idempotency-Key': commandId },
      body: '{"name":"Sunday"}',
      cache: 'no-store',
      keepalive: true,
    });
  });

  it('has its values in the address: what is not given is left out, lists are separated by commas', async () => {
    const { http, fetch } = clientOf(() =>
      Response.json({ tracks: [], albums: [], artists: [], total: 0, albumTotal: 0, artistTotal: 0, meant: null }),
    );
    await http.ask(api.catalogue.search, { query: { q: 'a & b', limit: 5, offset: undefined } });
    const ids = [newId(), newId()];
    await http.ask(api.catalogue.tracks, { query: { ids } });
    expect(fetch.mock.calls.map(([address]) => address)).toEqual([
      '/api/search?q=a%20%26%20b&limit=5',
      `/api/tracks?ids=${ids.join(',')}`,
    ]);
    expect(fetch.mock.calls[0]?.[1]).toEqual({ method: 'GET', headers: {} });
  });
});

describe('an answer', () => {
  it.each(['{"messageId":1}', 'not JSON', ''])('that is not what the contract says is an error: %j', async (body) => {
    const { http } = clientOf(() => new Response(body), { sentences: { notUnderstood: 'What?' } });
    const asked = http.ask(api.playlists.create, { body: { name: 'x' } });
    await expect(asked).rejects.toMatchObject({ code: 'internal', message: 'What?' });
  });

  it('is read by whoever wants it otherwise', async () => {
    const { http } = clientOf(() => new Response('#EXTM3U'));
    const text = await http.read(api.playlists.export, { params: { id: newId() } }, (answer) => answer.text());
    expect(text).toBe('#EXTM3U');
  });
});

describe('what goes wrong', () => {
  it('is what the problem document says, with the fields that it complains of', async () => {
    const issues = [{ path: 'name', message: 'is empty' }];
    const { http } = clientOf(() => refusal(409, { ...problem, issues }, { 'retry-after': '3' }));
    const error = await http.ask(api.playlists.list).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: 'conflict', message: 'It is taken.', retryAfterS: 3 });
    expect(issuesOf(error)).toEqual(issues);
    expect(issuesOf(new Error('other'))).toEqual([]);
  });

  it('is out of reach where there is no connection, or none any more', async () => {
    const unreachable = { code: 'unavailable', message: 'Where is it?' };
    const options = { sentences: { unreachable: 'Where is it?' } };
    const none = clientOf(() => Promise.reject(new TypeError('fetch failed')), options);
    await expect(none.http.ask(api.account.me)).rejects.toMatchObject(unreachable);
    const brokenOff = () =>
      new Response(new ReadableStream({ pull: (body) => body.error(new TypeError('terminated')) }));
    await expect(clientOf(brokenOff, options).http.ask(api.account.me)).rejects.toMatchObject(unreachable);
  });

  /** A server that never answers. */
  const silent = ({ signal }: Init) =>
    new Promise<Response>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });

  it('is out of reach where it takes too long', async () => {
    const { http } = clientOf(silent, { timeoutMs: 1 });
    await expect(http.ask(api.account.me)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is an abort where whoever asks wants no answer any more', async () => {
    const { http } = clientOf(silent, { timeoutMs: 600_000 });
    const abort = new AbortController();
    const asked = http.ask(api.account.me, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a refusal without a problem document', () => {
  it.each([
    [400, 'invalid_request'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [410, 'version_retired'],
    [418, 'internal'],
    [422, 'invalid_request'],
    [429, 'too_many_requests'],
    [500, 'internal'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('of %i means %s', async (status, code) => {
    for (const asked of ['gateway', 'origin'] as const) {
      const error = await errorFromResponse(refusal(status, '<h1>Sorry</h1>'), asked);
      expect([error.code, error.message]).toEqual([code, `The server answered with status ${status}.`]);
    }
  });

  it('of 401 depends on who was asked: the gateway knows no session, the origin does not take the ticket', async () => {
    expect((await errorFromResponse(refusal(401, ''), 'gateway')).code).toBe('not_signed_in');
    expect((await errorFromResponse(refusal(401, ''), 'origin')).code).toBe('bad_token');
    const told = refusal(401, { ...problem, code: 'bad_token' });
    expect((await errorFromResponse(told, 'gateway')).code).toBe('bad_token');
  });
});
