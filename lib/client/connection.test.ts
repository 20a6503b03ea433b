import { beforeEach, describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import type { PeerAdmission } from '@/lib/contracts/playback';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { type ConnectionSocket, type Participant, ServerConnection } from './connection';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A socket that a test plays the server of. */
class FakeSocket implements ConnectionSocket {
  private readonly listeners = new Map<string, (error: Error) => void>();
  private any: (event: string, data: unknown) => void = () => {};
  readonly emitted: [string, unknown][] = [];
  acknowledgement: unknown = { ok: {} };
  isClosed = false;

  constructor(
    readonly url: string,
    readonly auth: Record<string, unknown>,
  ) {}

  connect() {}
  disconnect() {
    this.isClosed = true;
    this.happens('disconnect');
  }
  on(event: string, listener: (error: Error) => void) {
    this.listeners.set(event, listener);
  }
  onAny(listener: (event: string, data: unknown) => void) {
    this.any = listener;
  }
  emit(event: string, payload: unknown) {
    this.emitted.push([event, payload]);
  }
  timeout() {
    return {
      emitWithAck: async (event: string, payload: unknown) => {
        this.emitted.push([event, payload]);
        if (this.acknowledgement instanceof Error) throw this.acknowledgement;
        return this.acknowledgement;
      },
    };
  }

  happens(event: 'connect' | 'disconnect' | 'connect_error', error = new Error('the network failed')) {
    this.listeners.get(event)?.(error);
  }
  refuses(code: string) {
    this.happens('connect_error', Object.assign(new Error('refused'), { data: { code, message: 'refused' } }));
  }
  sends(event: string, data: unknown) {
    this.any(event, data);
  }
}

let clock: HandClock;
let sockets: FakeSocket[];
let admissions: number;
let refusal: EnxameError | null;
let connection: ServerConnection;
/** What happened, in order. */
let log: string[];

beforeEach(() => {
  clock = new HandClock();
  [sockets, log] = [[], []];
  admissions = 0;
  refusal = null;
  connection = new ServerConnection({
    admit: async () => admission(),
    origin: 'http://here',
    clock,
    log: (message) => log.push(message),
    random: () => 0.5,
    makeSocket: (url, auth) => {
      const socket = new FakeSocket(url, auth);
      sockets.push(socket);
      return socket;
    },
  });
  connection.onState((state) => log.push(state));
  connection.onReturn(() => log.push('returned'));
  connection.onEvent(({ type }) => log.push(type));
});

function admission(signalingUrl = ''): PeerAdmission {
  if (refusal !== null) throw refusal;
  const token = `token ${++admissions}`;
  return { token, expiresAt: 1, signalingUrl, iceServers: [], publicKey: '', now: 0 };
}

const latest = () => sockets.at(-1) as FakeSocket;
const up = async () => {
  await settled();
  latest().happens('connect');
};
const pass = async (ms: number) => {
  clock.pass(ms);
  await settled();
};
const trackEvent = () => newMessage('changed.track', { trackId: newId(), withdrawn: true }, { actor: null, at: 1 });

describe('a connection', () => {
  it('observes, and hands out the events that it understands', async () => {
    connection.start();
    connection.start();
    await up();
    expect(sockets).toHaveLength(1);
    expect(latest()).toMatchObject({ url: 'http://here', auth: { token: 'token 1', observe: true } });
    latest().sends('fact', trackEvent());
    latest().sends('fact', { type: 'nonsense' });
    expect(log.map((line) => line.split(':')[0])).toEqual([
      'up',
      'changed.track',
      'an event that this page does not know',
    ]);
  });

  it('comes back by itself with a fresh token, and says that events may have been missed', async () => {
    connection.start();
    await up();
    latest().happens('disconnect');
    expect(connection.getState()).toBe('connecting');
    await pass(499);
    expect(sockets).toHaveLength(1);
    await pass(1);
    await up();
    expect(latest().auth.token).toBe('token 2');
    expect(log).toEqual(['up', 'connecting', 'up', 'returned']);
    // Nothing that the old socket still does counts.
    sockets[0]?.sends('fact', trackEvent());
    sockets[0]?.happens('disconnect');
    expect(log).toHaveLength(4);
  });

  it('says so too when it could not be made at first, and only then', async () => {
    refusal = new EnxameError('unavailable', 'away');
    connection.start();
    await settled();
    refusal = null;
    await pass(500);
    await up();
    expect(log).toEqual(['up', 'returned']);
  });

  it('waits longer each time, ten seconds at most, and not at all when it is woken', async () => {
    connection.start();
    await settled();
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      latest().happens('connect_error');
      const before = clock.now();
      const had = sockets.length;
      while (sockets.length === had) {
        clock.passToNext();
        await settled();
      }
      waits.push(clock.now() - before);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    latest().happens('connect_error');
    connection.wake();
    await settled();
    expect(sockets).toHaveLength(10);
    connection.wake();
    await settled();
    expect(sockets).toHaveLength(10);
    // Once it was up, it begins anew.
    latest().happens('connect');
    latest().happens('disconnect');
    await pass(500);
    expect(sockets).toHaveLength(11);
  });

  it.each([
    [
      'the gateway',
      async () => {
        refusal = new EnxameError('account_disabled', 'no');
      },
    ],
    [
      'the handshake',
      async () => {
        await settled();
        latest().refuses('not_signed_in');
      },
    ],
    [
      'the open socket',
      async () => {
        await up();
        latest().sends('bye', { code: 'account_disabled' });
      },
    ],
  ])('that %s refuses for good is not tried again', async (_, refuse) => {
    const refused = refuse();
    connection.start();
    await refused;
    await settled();
    expect(connection.getState()).toBe('refused');
    const had = sockets.length;
    connection.takePart({ admit: async () => admission(), mode: () => 'considerate', replaced: () => {} });
    connection.wake();
    await pass(600_000);
    expect(sockets).toHaveLength(had);
  });

  it('that is refused for now is tried again', async () => {
    connection.start();
    await settled();
    latest().refuses('bad_token');
    expect(latest().isClosed).toBe(true);
    await pass(500);
    await up();
    latest().sends('bye', { code: 'too_many_requests' });
    latest().happens('disconnect');
    await pass(500);
    expect(sockets).toHaveLength(3);
  });

  it('asks and sends while it is up, and tells refusals', async () => {
    const unavailable = expect.objectContaining({ code: 'unavailable' });
    await expect(connection.ask('watch', true)).rejects.toEqual(unavailable);
    connection.start();
    await up();
    latest().acknowledgement = { ok: { peers: [] } };
    expect(await connection.ask('watch', true)).toEqual({ peers: [] });
    latest().acknowledgement = { error: { code: 'forbidden', message: 'no' } };
    await expect(connection.ask('watch', true)).rejects.toMatchObject({ code: 'forbidden' });
    latest().acknowledgement = new Error('it took too long');
    await expect(connection.ask('watch', true)).rejects.toEqual(unavailable);
    connection.send('leave', { version: 'v' });
    expect(latest().emitted.at(-1)).toEqual(['leave', { version: 'v' }]);
    const heard: unknown[] = [];
    const stop = connection.on('swarm', (data) => heard.push(data));
    latest().sends('swarm', 1);
    stop();
    latest().sends('swarm', 2);
    expect(heard).toEqual([1]);
  });

  it('that is closed stays closed', async () => {
    connection.start();
    await up();
    connection.close();
    expect(latest().isClosed).toBe(true);
    connection.start();
    connection.wake();
    await pass(600_000);
    expect(sockets).toHaveLength(1);
    await expect(connection.ask('watch', true)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a peer that takes part', () => {
  let replaced: number;
  let participant: Participant;
  beforeEach(() => {
    replaced = 0;
    participant = {
      admit: async () => ({ ...admission('http://there'), token: 'of the peer' }),
      mode: () => 'idle-only',
      replaced: () => replaced++,
    };
  });

  it('makes the connection its own from the first attempt on', async () => {
    connection.takePart(participant);
    connection.start();
    await up();
    expect(sockets).toHaveLength(1);
    expect(latest()).toMatchObject({ url: 'http://there', auth: { token: 'of the peer', mode: 'idle-only' } });
    expect(latest().auth.observe).toBeUndefined();
    expect(log).toEqual(['up']);
  });

  it('takes over what observes, and leaves it observing', async () => {
    connection.start();
    await up();
    const leave = connection.takePart(participant);
    await up();
    expect(sockets[0]?.isClosed).toBe(true);
    expect(latest().auth.token).toBe('of the peer');
    leave();
    leave();
    await up();
    expect(sockets).toHaveLength(3);
    expect(latest().auth.observe).toBe(true);
    expect(log).toEqual(['up', 'connecting', 'up', 'returned', 'connecting', 'up', 'returned']);
  });

  it('does not wait for the admission of the observer before it', async () => {
    connection.start();
    connection.takePart(participant);
    await up();
    expect(sockets.map(({ auth }) => auth.token)).toEqual(['of the peer']);
    expect(log).toEqual(['up']);
  });

  it('gives way to a newer one of the same id: the connection goes on observing', async () => {
    connection.takePart(participant);
    await up();
    latest().sends('bye', { code: 'replaced' });
    await up();
    expect(replaced).toBe(1);
    expect(latest().auth.observe).toBe(true);
    latest().happens('disconnect');
    await pass(500);
    expect(latest().auth.observe).toBe(true);
  });
});
