import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type DurableQueue, MAX_MESSAGE_BYTES, type Message, newMessage } from '@/lib/contracts/messages';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { handlersOf } from '@/lib/contracts/rpc.fixture';
import { type Bus, MAX_DELIVERIES, PREFETCH, type Subscription } from '@/lib/messaging/bus';
import { MAX_IN_FLIGHT } from '@/lib/messaging/pending-requests';
import { eventually } from '@/testing/wait';
import { startEmbedded, startRabbitmqBroker, type TestBroker } from '../support/brokers';

const started = (actor = 'ana') =>
  newMessage('playback.started', { trackId: newId(), playId: newId(), positionS: 0 }, { actor, at: Date.now() });
const fact = () =>
  newMessage('changed.history', { accountId: 'ana', trackId: newId() }, { actor: null, at: Date.now() });

function historyHandlers(overrides: Partial<RpcHandlers<'history'>> = {}): RpcHandlers<'history'> {
  return handlersOf('history', {
    'history.health': async () => ({ status: 'ok' }),
    'history.recent': async () => ({ plays: [], total: 0 }),
    ...overrides,
  });
}

/** A promise that the test settles when it wants. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe.each([
  { name: 'embedded', start: startEmbedded },
  { name: 'RabbitMQ', start: startRabbitmqBroker },
])('the bus: $name', ({ start }) => {
  let broker: TestBroker;
  const subscriptions: Subscription[] = [];
  const keep = async <S extends Subscription>(subscription: Promise<S>): Promise<S> => {
    const kept = await subscription;
    subscriptions.push(kept);
    return kept;
  };
  beforeAll(async () => {
    broker = await start();
  });
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((subscription) => subscription.close()));
  });
  afterAll(() => broker?.stop());

  /** Everything a queue gives, in order. */
  async function collect(bus: Bus, queue: string | null, patterns: string[]): Promise<Message[]> {
    const taken: Message[] = [];
    await keep(
      bus.subscribe({ queue, patterns }, async (message) => {
        taken.push(message);
      }),
    );
    return taken;
  }

  describe('questions', () => {
    it('reach the service, with defaults filled in and the request id', async () => {
      const [asking, answering] = [await broker.connect(), await broker.connect()];
      const recent = vi.fn<RpcHandlers<'history'>['history.recent']>(async () => ({ plays: [], total: 7 }));
      await keep(answering.serve('history', historyHandlers({ 'history.recent': recent })));
      const answer = await asking.request('history.recent', { accountId: 'ana' }, { requestId: 'r-1' });
      expect(answer).toEqual({ plays: [], total: 7 });
      expect(recent).toHaveBeenCalledWith({ accountId: 'ana', offset: 0, limit: 50 }, { requestId: 'r-1' });
    });

    it('carry an expected error with its code, and hide an unexpected one', async () => {
      const bus = await broker.connect();
      await keep(
        bus.serve(
          'history',
          historyHandlers({
            'history.recent': async () => {
              throw new EnxameError('too_many_requests', 'Slower, please.', { retryAfterS: 3 });
            },
            'history.health': async () => {
              throw new Error('a secret path');
            },
          }),
        ),
      );
      await expect(bus.request('history.recent', { accountId: 'ana' })).rejects.toMatchObject({
        name: 'EnxameError',
        code: 'too_many_requests',
        message: 'Slower, please.',
        retryAfterS: 3,
      });
      const hidden = await bus.request('history.health', {}).catch((error) => error);
      expect(hidden).toMatchObject({ code: 'internal' });
      expect(hidden.message).not.toContain('secret');
    });

    it('are refused at once when too many wait, and taken again when some were answered', async () => {
      const bus = await broker.connect();
      const held = gate();
      await keep(
        bus.serve(
          'history',
          historyHandlers({
            'history.health': async () => {
              await held.opened;
              return { status: 'ok' };
            },
          }),
        ),
      );
      const ask = () => bus.request('history.health', {}, { timeoutMs: 20_000 });
      const waiting = Array.from({ length: MAX_IN_FLIGHT }, ask);
      await expect(ask()).rejects.toMatchObject({ code: 'unavailable', retryAfterS: expect.any(Number) });
      held.open();
      expect(await Promise.all(waiting)).toHaveLength(MAX_IN_FLIGHT);
      expect(await ask()).toEqual({ status: 'ok' });
    });

    it('with parameters that do not fit never leave', async () => {
      const bus = await broker.connect();
      await expect(bus.request('history.recent', { accountId: 'a b' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    it('answered against the contract are an internal error', async () => {
      const bus = await broker.connect();
      const wrong = { plays: 'none', total: 0 } as unknown as { plays: []; total: number };
      await keep(bus.serve('history', historyHandlers({ 'history.recent': async () => wrong })));
      await expect(bus.request('history.recent', { accountId: 'ana' })).rejects.toMatchObject({ code: 'internal' });
    });

    it('to nobody are unavailable at once', async () => {
      const bus = await broker.connect();
      await expect(bus.request('playlists.health', {})).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('are unavailable again once the last server has closed, which first finishes what it began', async () => {
      const bus = await broker.connect();
      const { open, opened } = gate();
      const begun = gate();
      const server = await bus.serve(
        'history',
        historyHandlers({
          'history.health': async () => {
            begun.open();
            await opened;
            return { status: 'degraded' };
          },
        }),
      );
      const answer = bus.request('history.health', {});
      await begun.opened;
      const closing = server.close();
      open();
      await closing;
      expect(await answer).toEqual({ status: 'degraded' });
      await expect(bus.request('history.health', {})).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('time out, and can be called off', async () => {
      const bus = await broker.connect();
      const { open, opened } = gate();
      await keep(
        bus.serve(
          'history',
          historyHandlers({
            'history.health': async () => {
              await opened;
              return { status: 'ok' };
            },
          }),
        ),
      );
      await expect(bus.request('history.health', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
      const abort = new AbortController();
      const called = bus.request('history.health', {}, { signal: abort.signal });
      abort.abort(new Error('no longer wanted'));
      await expect(called).rejects.toThrow('no longer wanted');
      await expect(bus.request('history.health', {}, { signal: abort.signal })).rejects.toThrow('no longer wanted');
      open();
    });
  });

  describe('messages', () => {
    it('that nobody takes: a wish is refused, a fact is fine', async () => {
      const bus = await broker.connect();
      const wish = newMessage('playlist.delete', { playlistId: newId() }, { actor: 'ana', at: 1 });
      await expect(bus.publish(wish)).rejects.toMatchObject({ code: 'unavailable' });
      await expect(bus.publish(fact())).resolves.toBeUndefined();
    });

    it('that fit no contract or are too large are refused', async () => {
      const bus = await broker.connect();
      await expect(bus.publish({ ...fact(), id: 'not a uuid' })).rejects.toMatchObject({ code: 'invalid_request' });
      const large = newMessage(
        'changed.import',
        {
          ...{ id: newId(), folder: '/', state: 'done', found: 0, read: 0, added: 0, changed: 0, unchanged: 0 },
          ...{ missing: 0, sealed: 0, toSeal: 0, failedCount: 1, error: null, startedAt: 0, finishedAt: 0 },
          failed: [{ file: 'x', reason: 'y'.repeat(MAX_MESSAGE_BYTES) }],
        } as Message<'changed.import'>['data'],
        { actor: null, at: 1 },
      );
      await expect(bus.publish(large)).rejects.toMatchObject({ code: 'too_large' });
    });

    it('go to every queue whose pattern fits, and once to each', async () => {
      const bus = await broker.connect();
      const both = await collect(bus, 'test.both', ['changed.history', 'changed.#']);
      const other = await collect(bus, 'test.other', ['changed.track']);
      const own = await collect(bus, null, ['changed.*', '#']);
      const alsoOwn = await collect(await broker.connect(), null, ['changed.history']);
      const [first, second] = [fact(), fact()];
      await bus.publish(first);
      await bus.publish(second);
      await eventually(() => {
        for (const taken of [both, own, alsoOwn]) expect(taken).toEqual([first, second]);
      });
      expect(other).toEqual([]);
    });

    it('wait for a consumer that comes later', async () => {
      const bus = await broker.connect();
      const known = await bus.subscribe({ queue: 'test.later', patterns: ['playback.*'] }, async () => {});
      await known.close();
      const message = started();
      await bus.publish(message);
      const taken = await collect(bus, 'test.later', ['playback.*']);
      await eventually(() => expect(taken).toEqual([message]));
    });

    it('are shared by competing consumers, each message for one of them', async () => {
      const half = PREFETCH + PREFETCH / 2;
      const [left, right] = [await broker.connect(), await broker.connect()];
      const { open, opened } = gate();
      const taken: [string[], string[]] = [[], []];
      const handler = (mine: string[]) => async (message: Message) => {
        mine.push(message.id);
        // More than one consumer may hold: the rest must go to the other.
        if (taken[0].length + taken[1].length >= half) open();
        await opened;
      };
      const options = { queue: 'test.shared', patterns: ['playback.*'] };
      await keep(left.subscribe(options, handler(taken[0])));
      await keep(right.subscribe(options, handler(taken[1])));
      const messages = Array.from({ length: 2 * PREFETCH }, (_, i) => started(`actor-${i}`));
      for (const message of messages) await left.publish(message);
      await eventually(() => expect(taken[0].length + taken[1].length).toBe(messages.length));
      expect(new Set([...taken[0], ...taken[1]])).toEqual(new Set(messages.map(({ id }) => id)));
      expect(taken[0].length).toBeGreaterThan(0);
      expect(taken[1].length).toBeGreaterThan(0);
    });

    it('are given again when the handler fails, and one actor keeps the order', async () => {
      const bus = await broker.connect();
      const handled: string[] = [];
      let failures = 0;
      await keep(
        bus.subscribe({ queue: 'test.order', patterns: ['playback.*'] }, async (message) => {
          if (message.id === first.id && ++failures < MAX_DELIVERIES) throw new Error('not yet');
          handled.push(message.id);
        }),
      );
      const [first, second, other] = [started('ana'), started('ana'), started('rui')];
      for (const message of [first, second, other]) await bus.publish(message);
      await eventually(() => expect(handled).toHaveLength(3));
      expect(failures).toBe(MAX_DELIVERIES);
      expect(handled.filter((id) => id !== other.id)).toEqual([first.id, second.id]);
    });

    it('that keep failing become dead letters with the reason, and the rest goes on', async () => {
      const bus = await broker.connect();
      const [poison, good] = [started(), started()];
      let tries = 0;
      const handled: string[] = [];
      await keep(
        bus.subscribe({ queue: 'test.poison', patterns: ['playback.*'] }, async (message) => {
          if (message.id === poison.id) throw new Error(`failure ${++tries}`);
          handled.push(message.id);
        }),
      );
      await bus.publish(poison);
      await bus.publish(good);
      await eventually(() => expect(handled).toEqual([good.id]));
      expect(await broker.deadLetterReasons('test.poison')).toEqual([`failure ${MAX_DELIVERIES}`]);
      expect(tries).toBe(MAX_DELIVERIES);
    });

    it('that became dead letters are shown, given again once their consumer is mended, or forgotten', async () => {
      const bus = await broker.connect();
      const queue = 'test.again' as DurableQueue;
      const messages = [started(), started(), started()];
      const handled: string[] = [];
      let broken = true;
      await keep(
        bus.subscribe({ queue, patterns: ['playback.*'] }, async (message) => {
          if (broken) throw new EnxameError('invalid_request', 'not understood');
          handled.push(message.id);
        }),
      );
      for (const message of messages) await bus.publish(message);
      await eventually(async () => expect((await bus.deadLetters(queue, 10)).total).toBe(3));
      const shown = await bus.deadLetters(queue, 2);
      expect(shown).toMatchObject({
        total: 3,
        messages: [{ queue, type: 'playback.started', reason: 'not understood' }, {}],
      });
      expect(JSON.parse(shown.messages[0]?.body ?? '')).toMatchObject({ id: messages[0]?.id });
      expect(Math.abs((shown.messages[0]?.failedAt ?? 0) - Date.now())).toBeLessThan(60_000);

      // Looking changed nothing; one is forgotten, the others are given again, each once.
      const [first, second] = shown.messages;
      expect(await bus.discard(queue, [first?.id ?? ''])).toBe(1);
      broken = false;
      expect(await bus.replay(queue, [second?.id ?? '', 'nobody'])).toBe(1);
      expect(await bus.replay(queue, null)).toBe(1);
      await eventually(() => expect(handled).toHaveLength(2));
      expect([...handled].sort()).toEqual(
        messages
          .slice(1)
          .map(({ id }) => id)
          .sort(),
      );
      expect(await bus.deadLetters(queue, 10)).toEqual({ messages: [], total: 0 });
      expect(await bus.replay(queue, null)).toBe(0);
    });

    it('that are malformed, of an unknown version or too large become dead letters, and the consumer lives', async () => {
      const declared = await (await broker.connect()).subscribe(
        { queue: 'test.strange', patterns: ['changed.history'] },
        async () => {},
      );
      await declared.close();
      const unknown = JSON.stringify({ ...started(), v: 2 });
      await broker.inject('test.strange', '{not json', unknown, 'x'.repeat(MAX_MESSAGE_BYTES + 1));
      const bus = await broker.connect();
      const taken = await collect(bus, 'test.strange', ['changed.history']);
      const message = fact();
      await bus.publish(message);
      await eventually(() => expect(taken).toEqual([message]));
      const reasons = await eventually(async () => {
        const found = await broker.deadLetterReasons('test.strange');
        expect(found).toHaveLength(3);
        return found;
      });
      expect(reasons[0]).toMatch(/^malformed/);
      expect(reasons[1]).toMatch(/^malformed/);
      expect(reasons[2]).toMatch(/^larger/);
    });

    it('survive a restart of the broker: those that waited, and those that were being handled', async () => {
      const before = await broker.connect();
      const waiting = await before.subscribe(
        { queue: 'test.restart.waiting', patterns: ['playback.*'] },
        async () => {},
      );
      await waiting.close();
      const begun = gate();
      const held = gate();
      const stuck = await before.subscribe({ queue: 'test.restart.begun', patterns: ['playback.*'] }, async () => {
        begun.open();
        await held.opened;
      });
      const message = started();
      await before.publish(message);
      await begun.opened;
      await broker.restart(held.open);
      await stuck.close();

      const after = await broker.connect();
      const late = await collect(after, 'test.restart.waiting', ['playback.*']);
      const again = await collect(after, 'test.restart.begun', ['playback.*']);
      await eventually(() => {
        expect(late).toEqual([message]);
        expect(again).toEqual([message]);
      });
    });
  });
});
