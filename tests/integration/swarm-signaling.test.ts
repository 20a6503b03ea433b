import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signTicket } from '@/lib/assets/tickets';
import { ServerConnection } from '@/lib/client/connection';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { PeerAdmission } from '@/lib/contracts/playback';
import type { PeerCoverage, SignalIn } from '@/lib/contracts/signaling';
import type { SignalingState } from '@/lib/swarm/tracker-client/signaling';
import { SignalingClient } from '@/lib/swarm/tracker-client/signaling-client';
import { type Clock, systemClock } from '@/lib/util/clock';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { peerToken, secrets, startTestSignaling, type TestSignaling } from '../support/signaling';

const SOON = { tickMs: 30, awayMs: 60, rejoinMs: 500 };
const V = newId();

let server: TestSignaling;
let clients: Client[];
let sockets: Set<Socket>;
beforeEach(async () => {
  const http = createServer();
  sockets = new Set();
  http.on('connection', (socket) => sockets.add(socket));
  server = await startTestSignaling(SOON, {}, http);
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.connection.close();
  await server.close();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A tab's end of the socket. */
class Client {
  readonly connection: ServerConnection;
  readonly signaling: SignalingClient;
  readonly states: SignalingState[] = [];
  readonly coverage: [string, PeerCoverage[]][] = [];
  readonly signals: SignalIn[] = [];
  readonly gone: string[] = [];
  readonly facts: Message[] = [];
  /** As a peer. */
  admissions = 0;

  constructor(
    readonly id = newId(),
    readonly account = `account-${id.slice(0, 8)}`,
    admit?: () => Promise<PeerAdmission>,
    clock: Clock = systemClock,
  ) {
    this.connection = new ServerConnection({
      admit: () => this.makeAdmission(),
      origin: server.url,
      clock,
      log: () => {},
    });
    this.signaling = new SignalingClient(this.connection);
    clients.push(this);
    this.signaling.start(
      {
        state: (state) => this.states.push(state),
        coverage: (version, peers) => this.coverage.push([version, peers]),
        signal: (signal) => this.signals.push(signal),
        gone: (peer) => this.gone.push(peer),
        fact: (fact) => this.facts.push(fact),
      },
      { admit: admit ?? (() => this.admit()), mode: () => 'considerate' },
    );
  }

  up = () => until('up', () => this.states.at(-1) === 'up');

  async join(version = V) {
    const ticket = await signTicket({ peer: this.id, version, expiresAt: Date.now() + 60_000 }, secrets.signingKey);
    return this.signaling.join(version, ticket, [0, 3]);
  }

  async admit(): Promise<PeerAdmission> {
    this.admissions++;
    return await this.makeAdmission();
  }

  private async makeAdmission(): Promise<PeerAdmission> {
    return {
      token: await peerToken({ peerId: this.id, account: this.account }),
      expiresAt: Date.now() + 300_000,
      signalingUrl: '',
      iceServers: [],
      publicKey: secrets.publicKey,
      now: Date.now(),
    };
  }
}

describe('a tab and its tracker', () => {
  it('meet, join, hear of each other, exchange signals, and part', async () => {
    const [a, b] = [new Client(), new Client()];
    await Promise.all([a.up(), b.up()]);
    expect(await a.join()).toEqual([]);
    expect(await b.join()).toEqual([{ peer: a.id, have: [0, 3] }]);
    await until('coverage', () => a.coverage.length > 0);
    expect(a.coverage[0]).toEqual([V, [{ peer: b.id, have: [0, 3] }]]);
    a.signaling.have(V, [0, 9]);
    await until('more', () => b.coverage.at(-1)?.[1][0]?.have[1] === 9);
    const link = newId();
    await a.signaling.signal(b.id, link, 'an offer');
    await until('signal', () => b.signals.length > 0);
    expect(b.signals).toEqual([{ from: a.id, link, signal: 'an offer' }]);
    await expect(a.signaling.signal(newId(), link, 'x')).rejects.toMatchObject({ code: 'not_assigned' });
    await server.fact('changed.version', { trackId: newId(), versionId: V, reason: 'withdrawn' });
    await until('fact', () => a.facts.length > 0);
    b.signaling.close();
    await until('gone', () => a.gone.includes(b.id));
    await expect(b.join()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('meet again by themselves, with a fresh token, after the server dropped the connection', async () => {
    const a = new Client();
    await a.up();
    for (const socket of sockets) socket.destroy();
    await until('noticed', () => a.states.at(-1) === 'connecting');
    await expect(a.join()).rejects.toMatchObject({ code: 'unavailable' });
    await a.up();
    expect(a.admissions).toBe(2);
    expect(await a.join()).toEqual([]);
  });

  it('are admitted anew when the broker was away, for an account may have been disabled meanwhile', async () => {
    const a = new Client();
    let disabled = false;
    const b: Client = new Client(newId(), 'bea', async (): Promise<PeerAdmission> => {
      if (disabled) throw new EnxameError('account_disabled', 'This account was disabled.');
      return await b.admit();
    });
    await Promise.all([a.up(), b.up()]);
    server.bus.status = 'down';
    disabled = true;
    await until('the server noticed', () => server.bus.askedWhileDown > 0);
    expect(a.states.at(-1)).toBe('up');
    server.bus.status = 'ok';
    await until('refused', () => b.states.at(-1) === 'refused');
    await until('admitted again', () => a.admissions === 2 && a.states.at(-1) === 'up');
  });

  it('are refused a used token, and get in with the next', async () => {
    const id = newId();
    const used = await peerToken({ peerId: id, account: 'anna' });
    await server.peer({ peerId: id, account: 'anna', auth: { token: used } });
    let asked = 0;
    const client: Client = new Client(id, 'anna', async () => ({
      token: asked++ === 0 ? used : await peerToken({ peerId: id, account: 'anna' }),
      expiresAt: Date.now() + 300_000,
      signalingUrl: server.url,
      iceServers: [],
      publicKey: secrets.publicKey,
      now: Date.now(),
    }));
    await client.up();
    expect(asked).toBe(2);
  });

  it('do not fight over an identity: the older tab gives way', async () => {
    const id = newId();
    const clock = new HandClock();
    const older = new Client(id, 'anna', undefined, clock);
    await older.up();
    const newer = new Client(id, 'anna');
    await newer.up();
    await until('replaced', () => older.states.at(-1) === 'replaced');
    // It goes on as an observer, and however long it waits it does not ask to be admitted as the peer again.
    await until('observing', () => older.connection.getState() === 'up');
    clock.pass(3_600_000);
    expect(older.admissions).toBe(1);
    expect(older.states.at(-1)).toBe('replaced');
    expect(newer.states.at(-1)).toBe('up');
    await server.fact('changed.history', { accountId: 'anna', trackId: newId() });
    for (const tab of [older, newer]) await until('the event', () => tab.facts.length > 0);
    await expect(older.join()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('are parted for good where the account is disabled, not where the gateway is out of reach', async () => {
    const a = new Client(newId(), 'anna');
    await a.up();
    await server.fact('changed.account', { accountId: 'anna', disabled: true });
    await until('refused', () => a.states.at(-1) === 'refused');
    let asked = 0;
    const away = new Client(newId(), 'bob', async () => {
      asked++;
      throw new EnxameError('unavailable', 'away');
    });
    await until('tries on', () => asked === 2);
    expect(away.states).toEqual([]);
  });
});
