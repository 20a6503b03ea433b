import { createHash } from 'node:crypto';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { readCredentials } from './credentials';
import type { Publishable, RestCall } from './endpoint';
import { endpoints } from './endpoints';
import { failed, readFormat, succeeded } from './envelope';
import * as field from './fields';
import { parseParameters, readParameters } from './parameters';
import { listPlaylists } from './playlists';
import { heardS, nowPlaying, scrobble } from './plays';
import { startScan } from './scans';
import { indexed } from './shapes';
import { toXml } from './xml';

const query = (text: string) => new URLSearchParams(text);

describe('parameters', () => {
  const schema = z.object({
    id: z.array(z.string()),
    time: z._default(z.array(z.int()), []),
    size: z._default(z.int(), 10),
    submission: z._default(z.boolean(), true),
    name: z.optional(z.string()),
  });

  it('that are repeated all arrive, however they are written', async () => {
    const address = 'http://enxame.test/rest/scrobble?id=1&id[]=2&id%5B0%5D=3&time=5';
    const inAddress = await readParameters(new Request(address));
    expect(parseParameters(schema, inAddress)).toEqual({
      id: ['1', '2', '3'],
      time: [5],
      size: 10,
      submission: true,
    });
    const form = new Request(address, { method: 'POST', body: query('id=4&submission=false&size=') });
    const both = parseParameters(schema, await readParameters(form));
    expect(both).toMatchObject({ id: ['1', '2', '3', '4'], submission: false, size: 10 });
  });

  it('that are missing are an error of its own code', () => {
    expect(() => parseParameters(z.object({ id: z.string() }), query(''))).toThrow(
      expect.objectContaining({ code: 10, message: expect.stringContaining('"id"') }),
    );
    expect(() => parseParameters(schema, query('id=1&size=many'))).toThrow(expect.objectContaining({ code: 0 }));
    const size = z.object({ size: field.size(10) });
    expect(['', 'size=20', 'size=9999'].map((text) => parseParameters(size, query(text)).size)).toEqual([10, 20, 500]);
  });

  it('of a form are read up to a bound', async () => {
    const body = `id=${'x'.repeat(600_000)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = new Request('http://enxame.test/rest/ping', { method: 'POST', body, headers });
    await expect(readParameters(request)).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('credentials', () => {
  const token = createHash('md5').update('sesamec19b2d').digest('hex');
  it.each([
    [`u=ada&t=${token}&s=c19b2d`, { kind: 'token', userName: 'ada', token, salt: 'c19b2d' }],
    ['u=ada&p=sesame', { kind: 'password', userName: 'ada', password: 'sesame' }],
    ['u=ada&p=enc:736573616d65', { kind: 'password', userName: 'ada', password: 'sesame' }],
    ['u=ada&p=enc:xyz', { kind: 'password', userName: 'ada', password: 'enc:xyz' }],
    ['apiKey=abc', { kind: 'key', key: 'abc' }],
  ])('are read from %s', (text, expected) => {
    expect(readCredentials(query(text))).toEqual(expected);
  });
  it.each([
    ['apiKey=abc&u=ada', 43],
    ['apiKey=abc&p=x', 43],
    ['u=ada&p=x&t=y&s=z', 43],
    ['', 10],
    ['u=ada', 10],
    ['u=ada&t=abc', 10],
    [`u=${'a'.repeat(301)}&p=x`, 10],
  ])('of %s are refused with code %i', (text, code) => {
    expect(() => readCredentials(query(text))).toThrow(expect.objectContaining({ code }));
  });
});

describe('an answer', () => {
  const nothing = () => undefined;
  it('is XML unless asked otherwise', async () => {
    const answer = succeeded(readFormat(query('')), { license: { valid: true } });
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(await answer.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<subsonic-response xmlns="http:\/\/subsonic.org\/restapi" status="ok" version="1.16.1" type="enxame" serverVersion="[\d.]+" openSubsonic="true"><license valid="true"\/><\/subsonic-response>$/,
    );
  });
  it('is JSON, or a call of the function named', async () => {
    expect(await succeeded(readFormat(query('f=json')), { a: 1 }).json()).toEqual({
      'subsonic-response': {
        status: 'ok',
        version: '1.16.1',
        type: 'enxame',
        serverVersion: expect.any(String),
        openSubsonic: true,
        a: 1,
      },
    });
    const script = await succeeded(readFormat(query('f=jsonp&callback=app.on')), { a: '\u2028' }).text();
    expect(script).toMatch(/^app\.on\(\{.*"a":"\\u2028"\}\}\);$/);
    expect(() => readFormat(query('f=jsonp&callback=alert(1)'))).toThrow(expect.objectContaining({ code: 10 }));
  });
  it.each([
    [new EnxameError('not_found', 'None.'), 70],
    [new EnxameError('track_withdrawn', 'Gone.'), 70],
    [new EnxameError('forbidden', 'No.'), 50],
    [new EnxameError('account_disabled', 'No.'), 50],
    [new EnxameError('not_signed_in', 'Who?'), 40],
    [new EnxameError('too_many_requests', 'Slow.', { retryAfterS: 3 }), 0],
    [new TypeError('oops'), 0],
  ])('that failed has status 200 and the code of %s', async (error, code) => {
    const answer = failed(readFormat(query('f=json')), error, nothing);
    expect(answer.status).toBe(200);
    const { 'subsonic-response': body } = await answer.json();
    expect(body).toMatchObject({ status: 'failed', error: { code } });
    expect(body.error.message).not.toContain('oops');
  });
});

it('XML holds any text there is, and nothing that it may not', () => {
  const title = 'a<b & "c"\n\0\ud800 é 🎵';
  const xml = toXml('song', { title, none: undefined, genre: [{ value: 'R & B', songCount: 1 }], line: ['a', 2] });
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: true,
    htmlEntities: true,
  });
  expect(parser.parse(xml).song).toEqual({
    title: 'a<b & "c"\n\ufffd\ufffd é 🎵',
    genre: { '#text': 'R & B', songCount: '1' },
    line: ['a', 2],
  });
  expect(toXml('artistInfo2', { biography: 'b', similarArtist: [{ id: '1' }] })).toContain(
    '<artistInfo2><biography>b</biography><similarArtist id="1"/></artistInfo2>',
  );
});

it('an index has letters in order, without articles, accents and capitals', () => {
  const names = ['The Beatles', 'Ágata', 'abba', '2Pac', 'O Rappa', 'Os', 'beck', 'Ж'];
  const of = indexed(names.map((name) => ({ name })));
  expect(of.map(({ name, artist }) => [name, artist.map((each) => each.name).join(', ')])).toEqual([
    ['#', '2Pac'],
    ['A', 'abba, Ágata'],
    ['B', 'The Beatles, beck'],
    ['O', 'Os'],
    ['R', 'O Rappa'],
    ['Ж', 'Ж'],
  ]);
});

it.each([
  // Reported at half the track: at least that was heard.
  [200, 10, 100],
  [200, 150, 150],
  // Reported later, offline.
  [200, 9_000, 200],
  // Of a long track four minutes are enough.
  [3600, 0, 240],
])('of a track of %i s that began %i s ago, %i s were heard', (durationS, passedS, heard) => {
  expect(heardS(durationS, passedS)).toBe(heard);
});

describe('plays that an app hands in', () => {
  const HOUR = 3_600_000;
  const [now, song] = [100 * HOUR, newId()];
  /** One device; what it published, request by request. */
  function device(accountId = 'ada') {
    const requests: Publishable[][] = [];
    const publish = async (type: string, data: object, at = now) => {
      requests.push([{ type, data, at } as Publishable]);
      return '';
    };
    const call = {
      account: { id: accountId },
      appPasswordId: newId(),
      ask: async (_: string, { ids }: { ids: string[] }) => ({ songs: ids.map((id) => ({ id, durationS: 100 })) }),
      publish,
      publishAll: async (all: Publishable[]) => void requests.push(all),
    } as unknown as RestCall;
    const playIds = (of: Publishable[] = []) => of.map(({ data }) => (data as { playId: string }).playId);
    return { call, requests, playIds };
  }

  it('are one write of the account, however many they are', async () => {
    const { call, requests } = device();
    await scrobble(
      call,
      Array(500).fill(song),
      Array.from({ length: 500 }, (_, n) => n * 1000),
      now,
    );
    expect(requests.map((each) => each.length)).toEqual([1_000]);
  });

  it('are the same plays when it hands them in again, also at another device of the account', async () => {
    const [one, two, other] = [device(), device(), device('bob')];
    const times = [now - 5 * HOUR, now - 4 * HOUR];
    for (const { call } of [one, one, two, other]) await scrobble(call, [song, song], times, now);
    const [first = [], again = []] = one.requests.map(one.playIds);
    expect(new Set(first).size).toBe(2);
    expect(again).toEqual(first);
    expect(two.requests.map(two.playIds)).toEqual([first]);
    expect(other.requests.map(other.playIds)).not.toEqual([first]);
  });

  it('are the play under way that it told of, but not what was heard of the track before', async () => {
    const { call, requests, playIds } = device();
    await nowPlaying(call, song, now);
    const [under] = playIds(requests.shift());
    for (let sent = 0; sent < 2; sent++)
      await scrobble(call, [song, song], [now - 9 * HOUR, now + 2_000], now + 60_000);
    const [first = [], again] = requests.map(playIds);
    expect(first.map((id) => id === under)).toEqual([false, false, true, true]);
    expect(again).toEqual(first);
  });

  it('without a time are plays of their own each', async () => {
    const { call, requests, playIds } = device();
    for (let sent = 0; sent < 2; sent++) await scrobble(call, [song], [], now);
    expect(new Set(requests.flatMap(playIds)).size).toBe(2);
  });
});

it('a list of many long playlists asks for little at a time', async () => {
  const trackIds = Array.from({ length: 5_000 }, newId);
  const playlists = Array.from({ length: 60 }, () => ({
    ...{ id: newId(), name: 'Long', description: '', ownerId: 'ada', visibility: 'private', trackCount: 5_000 },
    ...{ revision: 3, updatedAt: 0, role: 'owner' },
  }));
  let [asked, running, most] = [0, 0, 0];
  const ask = async (name: string, { id, ids }: { id?: string; ids?: string[] }) => {
    if (name === 'playlists.list') return { playlists };
    if (name === 'playlists.public') return { playlists: [] };
    asked++;
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    if (name === 'catalog.durations') return { durationS: 2 * (ids ?? []).length, coverId: null };
    return { ...playlists.find((one) => one.id === id), entries: trackIds.map((trackId) => ({ trackId })) };
  };
  const runtime = { accounts: { publicPeople: async () => [] } };
  const call = { account: { id: 'ada', email: 'ada@example.org' }, ask, runtime } as unknown as RestCall;
  const [listed] = await listPlaylists(call);
  expect(listed).toMatchObject({ songCount: 5_000, duration: 10_000 });
  expect([asked, most]).toEqual([2 * playlists.length, 8]);
  await listPlaylists(call);
  expect(asked, 'worked out once for each revision').toBe(2 * playlists.length);
});

it('a scan reads the folders of the library, and no other that was imported once', async () => {
  const begun: string[] = [];
  const ask = async (name: string, { folder }: { folder?: string }) => {
    if (folder !== undefined) begun.push(folder);
    if (name === 'catalog.folders') return { folders: [{ folder: '/music' }, { folder: '/more' }] };
    if (name === 'catalog.imports') return { imports: [{ folder: '/removed', state: 'done' }] };
    return { tracks: 7 };
  };
  const call = { account: { role: 'admin' }, ask } as unknown as RestCall;
  expect(await startScan(call)).toEqual({ scanning: false, count: 7 });
  expect(begun).toEqual(['/music', '/more']);
});

it('every endpoint that the documentation of apps names is there', () => {
  expect(Object.keys(endpoints)).toContain('getOpenSubsonicExtensions');
  const open = Object.entries(endpoints).filter(([, endpoint]) => endpoint.open === true);
  expect(open.map(([name]) => name)).toEqual(['getOpenSubsonicExtensions']);
});
