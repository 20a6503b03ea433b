/** What only a broker in another process can do: go away and come back. */

import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { handlersOf } from '@/lib/contracts/rpc.fixture';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { openConnectedBus, startRabbitmq } from '@/testing/rabbitmq';
import { eventually } from '@/testing/wait';
import { testLog } from '../support/brokers';

const started = () =>
  newMessage('playback.started', { trackId: newId(), playId: newId(), positionS: 0 }, { actor: 'ana', at: Date.now() });
const fact = () =>
  newMessage('changed.history', { accountId: 'ana', trackId: newId() }, { actor: null, at: Date.now() });

describe('RabbitMQ goes away and comes back', () => {
  let node: Awaited<ReturnType<typeof startRabbitmq>>;
  let bus: Bus;
  let caller: Bus;
  const durable: string[] = [];
  const live: string[] = [];
  const open = () => openConnectedBus(node.url, { log: testLog });

  beforeAll(async () => {
    node = await startRabbitmq();
    [bus, caller] = [await open(), await open()];
    const handlers = handlersOf('history', {
      'history.health': async () => ({ status: 'ok' }),
      'history.recent': async () => ({ plays: [], total: 1 }),
    });
    await bus.serve('history', handlers);
    await bus.subscribe({ queue: 'test.durable', patterns: ['playback.*'] }, async ({ id }) => void durable.push(id));
    const known = await caller.subscribe({ queue: 'test.meanwhile', patterns: ['playback.*'] }, async () => {});
    await known.close();
    await bus.subscribe({ queue: null, patterns: ['changed.*'] }, async ({ id }) => void live.push(id));
  });
  afterAll(async () => {
    await Promise.all([bus?.close(), caller?.close()]);
    await node?.stop();
  });

  /** Everything works, from one process to the other. */
  async function expectAllWell() {
    // A connection counts as up when all that uses it is attached. Before that a fact may find no queue, and is lost.
    await eventually(() => {
      expect(bus.health().status).toBe('ok');
      expect(caller.health().status).toBe('ok');
    });
    const [event, news] = [started(), fact()];
    expect(await caller.request('history.recent', { accountId: 'ana' })).toEqual({ plays: [], total: 1 });
    await caller.publish(event);
    await caller.publish(news);
    await eventually(() => {
      expect(durable).toContain(event.id);
      expect(live).toContain(news.id);
    });
  }

  it('refuses at once while the broker is away, and works again by itself', async () => {
    await expectAllWell();
    await node.halt();
    await eventually(() => expect(caller.health().status).toBe('down'));
    await expect(caller.request('history.health', {})).rejects.toMatchObject({ code: 'unavailable' });
    await expect(caller.publish(fact())).rejects.toMatchObject({ code: 'unavailable' });
    const meanwhile: string[] = [];
    // Asked for while the broker is away: begins when it is back.
    await caller.subscribe({ queue: 'test.meanwhile', patterns: ['playback.*'] }, async ({ id }) => {
      meanwhile.push(id);
    });
    await node.start();
    await eventually(() => {
      expect(caller.health().status).toBe('ok');
      expect(bus.health().status).toBe('ok');
    });
    await expectAllWell();
    await eventually(() => expect(meanwhile.length).toBeGreaterThan(0));
  });

  it('fails a question that is under way when the broker goes, instead of letting it wait', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const handlers = handlersOf('playlists', {
      'playlists.health': async () => {
        begun();
        await held;
        return { status: 'ok' };
      },
    });
    await bus.serve('playlists', handlers);
    const question = caller.request('playlists.health', {}, { timeoutMs: 60_000 });
    const outcome = expect(question).rejects.toMatchObject({ code: 'unavailable' });
    await beginning;
    await node.kill();
    await outcome;
    release();
    await node.start();
  });

  it('comes back when its queue is deleted under it', async () => {
    await eventually(() => expect(bus.health().status).toBe('ok'));
    const operator = await connect(node.url);
    const channel = await operator.createChannel();
    await channel.deleteQueue('test.durable');
    await operator.close();
    // What was published while there was no queue is in none.
    const sent: string[] = [];
    await eventually(async () => {
      const event = started();
      sent.push(event.id);
      await caller.publish(event);
      expect(durable.some((id) => sent.includes(id))).toBe(true);
    });
    await expectAllWell();
  });

  it('is there although the broker is not, and says so', async () => {
    const nowhere = await openBus({ config: { amqpUrl: 'amqp://127.0.0.1:9' }, database: null, log: testLog });
    expect(nowhere.health()).toMatchObject({ status: 'down', detail: expect.stringContaining('127.0.0.1:9') });
    await expect(nowhere.publish(fact())).rejects.toMatchObject({ code: 'unavailable' });
    await nowhere.close();
  });
});
