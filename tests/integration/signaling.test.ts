import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { signTicket } from '@/lib/assets/tickets';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import { PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';
import { joinAnswer, SIGNALING_PATH, swarmSnapshot } from '@/lib/contracts/signaling';
import { MAX_SOCKETS_PER_ACCOUNT } from '@/signaling/admission';
import { peerToken, secrets, startTestSignaling, type TestPeer, type TestSignaling } from '../support/signaling';

/** Everything as in production, only sooner. */
const SOON = { tickMs: 30, awayMs: 60, rejoinMs: 500 };
const V = newId();

let server: TestSignaling;
const start = async (...args: Parameters<typeof startTestSignaling>) => {
  server = await startTestSignaling({ ...SOON, ...args[0] }, ...(args.slice(1) as []));
  return server;
};
afterEach(() => server.close());
const refused = (code: string) => expect.objectContaining({ code });
const pairOf = async (version = V): Promise<[TestPeer, TestPeer]> => {
  const pair: [TestPeer, TestPeer] = [await server.peer(), await server.peer()];
  for (const peer of pair) await peer.join(version, [0, 4]);
  return pair;
};

describe('admission', () => {
  it('takes a fresh token once, and nothing else', async () => {
    await start();
    const peerId = newId();
    const token = await peerToken({ peerId, account: 'anna' });
    await server.peer({ peerId, auth: { token } });
    const old = await peerToken({ peerId, account: 'anna', at: Date.now() - (PEER_TOKEN_LIFE_S + 60) * 1000 });
    const ticket = await signTicket({ peer: peerId, version: V, expiresAt: Date.now() + 60_000 }, secrets.signingKey);
    for (const auth of [{}, { token }, { token: old }, { token: ticket }, { token: `${token}x` }]) {
      await expect(server.peer({ auth })).rejects.toEqual(refused('bad_token'));
    }
  });

  it('lets a newer socket of a peer replace the old, and keeps its pairs when it joins again', async () => {
    await start();
    const [a, b] = await pairOf();
    const account = `account-${a.id.slice(0, 6)}`;
    const again = await server.peer({ peerId: a.id, account });
    expect(await a.hears('bye')).toEqual({ code: 'replaced' });
    await a.disconnected();
    expect(await again.join(V, [0, 5])).toEqual({ ok: { peers: [{ peer: b.id, have: [0, 4] }] } });
    expect(await again.signal(b.id, 'still paired')).toEqual({ ok: {} });
    expect(await b.hears('signal')).toMatchObject({ from: a.id, signal: 'still paired' });
    await b.hears('coverage', ({ peers }) => peers.some((p) => p.peer === a.id && p.have[1] === 5));
    expect(b.told('gone')).toEqual([]);
  });

  it('does not let another account take a peer’s place', async () => {
    await start();
    const peer = await server.peer({ account: 'anna' });
    await expect(server.peer({ peerId: peer.id, account: 'mallory' })).rejects.toEqual(refused('conflict'));
    expect(peer.socket.connected).toBe(true);
  });

  it('takes so many tabs of an account and no more', async () => {
    await start();
    for (let i = 0; i < 50; i++) await server.peer({ account: 'anna' });
    await expect(server.peer({ account: 'anna' })).rejects.toEqual(refused('too_many_requests'));
    await server.peer({ account: 'bob' });
  });

  it('takes pages of this site only', async () => {
    await start({}, { publicUrl: 'https://music.example' });
    await server.peer({ origin: 'https://music.example' });
    await server.peer({ origin: server.url });
    await expect(server.peer({ origin: 'https://evil.example' })).rejects.toThrow();
  });

  it('ends with the account, and so do links to it', async () => {
    await start();
    const tabs = [await server.peer({ account: 'anna' }), await server.peer({ account: 'anna' })];
    const other = await server.peer({ account: 'bob' });
    await server.fact('changed.account', { accountId: 'anna', disabled: true });
    for (const tab of tabs) {
      expect(await tab.hears('bye')).toEqual({ code: 'account_disabled' });
      await tab.disconnected();
      // A pair may have ended whose link still works: every peer is told.
      await other.hears('gone', ({ peer, ended }) => peer === tab.id && ended === true);
    }
    await expect(server.peer({ account: 'anna' })).rejects.toEqual(refused('account_disabled'));
    expect(other.socket.connected).toBe(true);
    await server.fact('changed.account', { accountId: 'anna', disabled: false });
    const back = await server.peer({ account: 'anna' });
    await server.fact('changed.account', { accountId: 'anna', disabled: true, deleted: true });
    expect(await back.hears('bye')).toEqual({ code: 'not_signed_in' });
  });
});

describe('joining', () => {
  it('makes the two known to each other, tells changes, and tells when one is gone', async () => {
    await start();
    const [a, b] = [await server.peer(), await server.peer()];
    expect(await a.join(V, [0, 4])).toEqual({ ok: { peers: [] } });
    const answer = await b.join(V, [2, 3]);
    expect(z.object({ ok: joinAnswer }).parse(answer)).toEqual({ ok: { peers: [{ peer: a.id, have: [0, 4] }] } });
    expect(await a.hears('coverage')).toEqual({ version: V, peers: [{ peer: b.id, have: [2, 3] }] });
    for (let end = 5; end <= 20; end++) a.socket.emit('have', { version: V, have: [0, end] });
    await b.hears('coverage', ({ peers }) => peers[0]?.have[1] === 20);
    expect(b.told('coverage').length).toBeLessThan(10);
    b.socket.disconnect();
    expect(await a.hears('gone')).toEqual({ peer: b.id });
  });

  it('ends with `leave` for both', async () => {
    await start();
    const [a, b] = await pairOf();
    expect(await a.ask('leave', { version: V })).toEqual({ ok: {} });
    expect(await a.hears('gone')).toEqual({ peer: b.id });
    expect(await b.hears('gone')).toEqual({ peer: a.id });
  });

  it('needs this peer’s ticket for this version', async () => {
    await start();
    const a = await server.peer();
    const error = refused('bad_token');
    expect(await a.join(V, [], { peer: newId() })).toEqual({ error });
    expect(await a.join(V, [], { version: newId() })).toEqual({ error });
    expect(await a.ask('join', { version: V, ticket: 'nonsense', have: [] })).toEqual({ error });
  });

  it('is over for a retired version, and its peers are told', async () => {
    await start();
    const [a, b] = await pairOf();
    const admin = await server.peer({ role: 'admin' });
    const stranger = await server.peer();
    await server.fact('changed.version', { trackId: newId(), versionId: V, reason: 'file_changed' });
    for (const peer of [a, b, admin]) expect((await peer.hears('fact')).type).toBe('changed.version');
    expect(await a.hears('gone')).toEqual({ peer: b.id });
    expect(await a.join(V)).toEqual({ error: refused('version_retired') });
    expect(await a.signal(b.id, 'x')).toEqual({ error: refused('not_assigned') });
    expect(stranger.told('fact')).toEqual([]);
  });
});

describe('an observer', () => {
  const observe = async (account: string, { peerId = newId(), role = 'listener' as 'listener' | 'admin' } = {}) =>
    server.peer({ peerId, auth: { token: await peerToken({ peerId, account, role }), mode: 'off', observe: true } });

  it('receives the events of its account, and those of the peer whose id it has', async () => {
    await start();
    const holder = await server.peer({ account: 'anna' });
    await holder.join(V, [0, 4]);
    const [sameId, other] = [await observe('anna', { peerId: holder.id }), await observe('anna')];
    await server.fact('changed.version', { trackId: newId(), versionId: V, reason: 'file_changed' });
    await server.fact('changed.history', { accountId: 'anna', trackId: newId() });
    await server.fact('changed.track', { trackId: newId(), withdrawn: true });
    for (const socket of [holder, sameId, other]) await socket.hears('fact', ({ type }) => type === 'changed.track');
    const types = (socket: TestPeer) => socket.told('fact').map(({ type }) => type);
    expect(types(holder)).toEqual(['changed.version', 'changed.history', 'changed.track']);
    expect(types(sameId)).toEqual(types(holder));
    expect(types(other)).toEqual(['changed.history', 'changed.track']);
  });

  it('is no peer: the tracker does not know it, and what only peers may send is refused', async () => {
    await start();
    const peer = await server.peer({ account: 'anna' });
    const observer = await observe('anna', { peerId: peer.id });
    const error = refused('forbidden');
    expect(await observer.join(V)).toEqual({ error });
    expect(await observer.ask('have', { version: V, have: [] })).toEqual({ error });
    expect(await observer.ask('leave', { version: V })).toEqual({ error });
    expect(await observer.signal(newId(), 'x')).toEqual({ error });
    expect(await observer.report({})).toEqual({ error });
    expect(await observer.ask('watch', true)).toEqual({ error });
    const admin = await observe('root', { role: 'admin' });
    expect((await admin.sees(() => true)).peers.map((known) => known.peer)).toEqual([peer.id]);
    expect(server.health().detail).toBe('connected peers: 1, observers: 2');
  });

  it('replaces no peer of its id and is not replaced, and its end is not the end of the peer', async () => {
    await start();
    const [a, b] = await pairOf();
    const account = `account-${a.id.slice(0, 6)}`;
    const observer = await observe(account, { peerId: a.id });
    const again = await server.peer({ peerId: a.id, account });
    expect(await a.hears('bye')).toEqual({ code: 'replaced' });
    expect(observer.told('bye')).toEqual([]);
    observer.socket.disconnect();
    await again.join(V, [0, 4]);
    expect(await again.signal(b.id, 'still paired')).toEqual({ ok: {} });
    expect(b.told('gone')).toEqual([]);
  });

  it('ends with its session and its account, and counts as one of its sockets', async () => {
    await start();
    const [first, second] = [await observe('anna'), await observe('anna')];
    await server.fact('changed.session', { accountId: 'anna', sessionId: 'session-anna' });
    for (const socket of [first, second]) expect(await socket.hears('bye')).toEqual({ code: 'not_signed_in' });
    const peerId = newId();
    const peer = await server.peer({ peerId, account: 'bob' });
    for (let open = 1; open < MAX_SOCKETS_PER_ACCOUNT; open++) await observe('bob', { peerId });
    await expect(observe('bob', { peerId })).rejects.toEqual(refused('too_many_requests'));
    // It takes the place of the peer's, and so is none more.
    await server.peer({ peerId, account: 'bob' });
    expect(await peer.hears('bye')).toEqual({ code: 'replaced' });
  });
});

describe('signals', () => {
  it('go between pairs, stamped by the server, and to nobody else', async () => {
    await start();
    const [a, b] = await pairOf();
    const stranger = await server.peer();
    await stranger.join(newId());
    expect(await a.signal(b.id, 'offer')).toEqual({ ok: {} });
    expect(await b.hears('signal')).toMatchObject({ from: a.id, signal: 'offer' });
    for (const to of [stranger.id, newId(), a.id]) {
      expect(await a.signal(to, 'offer')).toEqual({ error: refused('not_assigned') });
    }
    expect(await stranger.signal(a.id, 'offer')).toEqual({ error: refused('not_assigned') });
    expect(stranger.told('signal')).toEqual([]);
  });
});

describe('abuse', () => {
  it('wrong messages are refused, and too many of them close the socket, alone', async () => {
    await start();
    const [a, b] = await pairOf();
    const wrong: [string, unknown][] = [
      ['join', null],
      ['join', { version: V, ticket: 'x', have: [3, 1] }],
      ['have', 'text'],
      ['signal', { to: b.id, link: newId(), signal: 'x'.repeat(20_000) }],
      ['report', { mode: 'considerate' }],
      ['watch', 'yes'],
      ['nonsense', {}],
      ['__proto__', {}],
    ];
    for (const [event, payload] of wrong) {
      expect(await a.ask(event, payload), event).toEqual({ error: refused('invalid_request') });
    }
    for (let i = 0; i < 10; i++) a.socket.emit('have', i);
    expect(await a.hears('bye')).toEqual({ code: 'invalid_request' });
    await a.disconnected();
    expect(await b.hears('gone')).toEqual({ peer: a.id });
    expect(b.socket.connected).toBe(true);
  });

  it('a flood is refused, and closes the socket when it goes on', async () => {
    await start();
    const a = await server.peer();
    const answers = await Promise.all(Array.from({ length: 20 }, () => a.ask('watch', false)));
    const codes = answers.map((answer) => answer.error?.code);
    expect(codes.filter((code) => code === 'forbidden')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(10);
    for (let i = 0; i < 100; i++) a.socket.emit('watch', false);
    expect(await a.hears('bye')).toEqual({ code: 'too_many_requests' });
  });

  it('a message over the limit closes the socket', async () => {
    await start();
    const a = await server.peer();
    a.socket.emit('have', 'x'.repeat(100_000));
    await a.disconnected();
  });
});

describe('nothing stays behind', () => {
  it('when tabs crash', async () => {
    await start();
    const admin = await server.peer({ role: 'admin', account: 'root' });
    const peers = await Promise.all(Array.from({ length: 8 }, () => server.peer()));
    for (const peer of peers) await peer.join(V, [0, 4]);
    await admin.sees((swarm) => swarm.peers.length === 9 && swarm.links.length === 28 && swarm.versions === 1);
    for (const peer of peers) peer.crash();
    const left = await admin.sees((swarm) => swarm.peers.length === 1 && swarm.versions === 0);
    expect(left.peers[0]?.peer).toBe(admin.id);
    expect(left.links).toEqual([]);
    expect(left.listeners).toBe(1);
    expect(server.health()).toMatchObject({ status: 'ok', values: { peers: 1, observers: 0 } });
  });

  it('when a tab falls silent without closing anything', async () => {
    await start({ pingIntervalMs: 100, pingTimeoutMs: 100 });
    const [a, b] = await pairOf();
    // Its machine sleeps: the TCP connection stands, but nobody answers.
    const engine = a.socket.io.engine as unknown as { transport: { removeAllListeners(): void } };
    engine.transport.removeAllListeners();
    expect(await b.hears('gone')).toEqual({ peer: a.id });
  });
});

describe('administrators', () => {
  it('see the swarm as it is; others may not', async () => {
    await start();
    const admin = await server.peer({ role: 'admin', account: 'root' });
    const [a, b] = await pairOf();
    expect(await a.ask('watch', true)).toEqual({ error: refused('forbidden') });
    const trackId = newId();
    const bytes = { cache: 1, peer: 0, origin: 2, uploaded: 700 };
    await a.report({
      mode: 'idle-only',
      playing: true,
      trackId,
      bytes,
      links: [{ peer: b.id, sent: 700, received: 0 }],
    });
    await b.report({ links: [{ peer: a.id, sent: 0, received: 600 }] });
    const swarm = await admin.sees((s) => s.totals.peer > 0);
    expect(swarmSnapshot.parse(swarm)).toEqual(swarm);
    expect(swarm).toMatchObject({
      listeners: 3,
      versions: 1,
      links: [{ bytes: 600 }],
      totals: { cache: 1, peer: 600, origin: 2, uploaded: 700, stalls: 0 },
      rates: { cache: 0.1, peer: 60, origin: 0.2 },
    });
    expect(swarm.peers.find((p) => p.peer === a.id)).toMatchObject({
      mode: 'idle-only',
      playing: true,
      trackId,
      bytes,
    });
    expect(await admin.ask('watch', false)).toEqual({ ok: {} });
    const before = admin.told('swarm').length;
    await b.report({ bytes });
    // Several ticks go by while a crashed peer's grace ends, and none of them is pushed.
    a.crash();
    await b.hears('gone');
    expect(admin.told('swarm').length).toBe(before);
  });
});

describe('rights', () => {
  it('an administrator who is demoted sees nothing more, on open sockets and with tokens of before', async () => {
    await start();
    const demoted = await server.peer({ role: 'admin', account: 'root' });
    const admin = await server.peer({ role: 'admin', account: 'boss' });
    for (const peer of [demoted, admin]) await peer.sees((swarm) => swarm.peers.length === 2);
    await server.fact('changed.account', { accountId: 'root', disabled: false, role: 'listener' });
    const trackId = newId();
    const listener = await server.peer();
    await listener.report({ playing: true, trackId });
    await server.fact('changed.account', { accountId: 'bob', disabled: false });
    await admin.sees((swarm) => swarm.peers.some((peer) => peer.trackId === trackId));
    const isAboutBob = (fact: Message) => fact.type === 'changed.account' && fact.data.accountId === 'bob';
    await admin.hears('fact', isAboutBob);
    expect(await demoted.ask('watch', true)).toEqual({ error: refused('forbidden') });
    const tokenOfBefore = await server.peer({ role: 'admin', account: 'root' });
    expect(await tokenOfBefore.ask('watch', true)).toEqual({ error: refused('forbidden') });
    expect(demoted.told('swarm').some((swarm) => swarm.peers.length > 2)).toBe(false);
    expect(demoted.told('fact').filter(isAboutBob)).toEqual([]);
    await server.fact('changed.account', { accountId: 'root', disabled: false, role: 'admin' });
    expect(await demoted.ask('watch', true)).toEqual({ ok: {} });
  });

  it('sockets of a session end with it, and its tokens of before', async () => {
    await start();
    const tabs = [await server.peer({ account: 'anna' }), await server.peer({ account: 'anna' })];
    const elsewhere = await server.peer({ account: 'anna', session: 'session-of-a-phone' });
    await server.fact('changed.session', { accountId: 'anna', sessionId: 'session-anna' });
    for (const tab of tabs) {
      expect(await tab.hears('bye')).toEqual({ code: 'not_signed_in' });
      await tab.disconnected();
    }
    await expect(server.peer({ account: 'anna' })).rejects.toEqual(refused('not_signed_in'));
    expect(elsewhere.socket.connected).toBe(true);
  });

  it('links to a session’s peers end with it', async () => {
    await start();
    const [a, b] = await pairOf();
    const account = `account-${a.id.slice(0, 6)}`;
    await server.fact('changed.session', { accountId: account, sessionId: `session-${account}` });
    expect(await b.hears('gone')).toEqual({ peer: a.id, ended: true });
  });
});

describe('wrong bytes', () => {
  it('part the two at once', async () => {
    await start();
    const [a, b] = await pairOf();
    await a.report({ blamed: [{ peer: b.id, version: V, chunk: 3 }] });
    expect(await a.hears('gone')).toEqual({ peer: b.id });
    expect(await b.hears('gone')).toEqual({ peer: a.id });
    expect(await a.signal(b.id, 'x')).toEqual({ error: refused('not_assigned') });
    expect(await a.join(V, [])).toEqual({ ok: { peers: [] } });
  });
});

describe('facts', () => {
  it('go to those they concern', async () => {
    await start();
    const [anna, anna2] = [await server.peer({ account: 'anna' }), await server.peer({ account: 'anna' })];
    const bob = await server.peer({ account: 'bob' });
    const root = await server.peer({ account: 'root', role: 'admin' });
    const of = (peer: TestPeer) => peer.told('fact').map((fact) => fact.type);
    await server.fact('changed.history', { accountId: 'anna', trackId: newId() });
    const playlist = { playlistId: newId(), revision: 1, deleted: false, messageId: crypto.randomUUID() };
    await server.fact('changed.playlist', { ...playlist, to: ['bob', 'anna'] });
    await server.fact('changed.playlist', { ...playlist, to: ['bob'] });
    await server.fact('changed.track', { trackId: newId(), withdrawn: true });
    for (const peer of [anna, anna2, bob, root]) await peer.hears('fact', (fact) => fact.type === 'changed.track');
    expect(of(anna)).toEqual(['changed.history', 'changed.playlist', 'changed.track']);
    expect(of(anna2)).toEqual(['changed.history', 'changed.playlist', 'changed.track']);
    expect(of(bob)).toEqual(['changed.playlist', 'changed.playlist', 'changed.track']);
    // Nobody hears who else was told.
    expect(anna.told('fact').at(1)?.data).toEqual({ ...playlist, to: ['anna'] });
    expect(of(root)).toEqual(['changed.track']);
    expect(server.bus.subscribed).toEqual([{ queue: null, patterns: ['changed.#'] }]);
  });
});

describe('the server it shares', () => {
  it('keeps its other requests and upgrades', async () => {
    const shared = createServer((_request, response) => response.end('a page'));
    shared.on('upgrade', (request, socket) => {
      if (request.url === '/_next/hmr') socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhot');
    });
    await start({}, {}, shared);
    const peer = await server.peer();
    expect(await (await fetch(`${server.url}/`)).text()).toBe('a page');
    expect(await (await fetch(`${server.url}${SIGNALING_PATH}/?EIO=4&transport=polling`)).text()).toBe('a page');
    expect(await upgrade(server.port, '/_next/hmr')).toContain('hot');
    expect(peer.socket.connected).toBe(true);
  });

  it('ends upgrades to nowhere, also on a connection that was answered before', async () => {
    await start();
    for (const path of ['/nowhere', SIGNALING_PATH]) expect(await upgrade(server.port, path)).toBe('');
    const shared = createServer((_request, response) => response.end('a page'));
    await server.close();
    await start({}, {}, shared);
    const before = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    expect(await upgrade(server.port, '/nowhere', before)).toContain('a page');
  });

  it('outlives a client that resets the connection of an upgrade to nowhere', async () => {
    const shared = createServer();
    const ended = new Promise<Error | undefined>((resolve) => {
      shared.on('upgrade', (_request, socket) => {
        // As if it came from the network. Emitted only now, so that whoever listens has begun to.
        setImmediate(() => {
          if (socket.listenerCount('error') === 0) resolve(new Error('nobody listens for errors'));
          else {
            socket.destroy(new Error('ECONNRESET'));
            socket.once('close', () => resolve(undefined));
          }
        });
      });
    });
    await start({}, {}, shared);
    await upgrade(server.port, '/nowhere');
    expect(await ended).toBeUndefined();
  });
});

it('answers its health over the bus, and closes everything it opened', async () => {
  await start();
  const peer = await server.peer();
  const ask = server.bus.served['signaling.health'] as () => Promise<unknown>;
  expect(await ask()).toMatchObject({ status: 'ok', values: { peers: 1, observers: 0 } });
  await server.close();
  await peer.disconnected();
  expect(server.bus.subscribers).toBe(0);
  expect(server.bus.served).toEqual({});
});

/** What a raw upgrade request is answered with. */
function upgrade(port: number, path: string, before = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${before}GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    });
    socket.on('data', (data) => {
      text += data;
    });
    socket.once('close', () => resolve(text));
    socket.once('error', reject);
  });
}
