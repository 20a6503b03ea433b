import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { pino } from 'pino';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import type { Bus } from '@/lib/messaging/bus';
import { openConnectedBus } from '@/testing/rabbitmq';
import { measure, quantile } from '../benchmark';

/** Alternating pieces, so that what else the machine does meets both alike. */
const PIECES = 5;

/**
 * The bus's round trip against the bare one: two connections each, direct reply-to, the same bytes both ways, no schema and no error handling
 * in the bare one.
 * @param questions of each, a multiple of five
 * @param hands questions at a time
 * @returns medians in ms
 */
export async function compareRoundTrips(
  amqpUrl: string,
  questions: number,
  hands: number,
): Promise<{ ours: number; bare: number }> {
  const open = () => openConnectedBus(amqpUrl, { log: pino({ level: 'silent' }) });
  const [asker, answerer] = [await open(), await open()];
  // The smallest question there is: what is measured is the bus and not the answer.
  const handlers = { 'history.health': async () => ({ status: 'ok' as const }) };
  await answerer.serve('history', handlers as unknown as RpcHandlers<'history'>);
  const bare = await bareCaller(amqpUrl);
  const items = Array.from({ length: questions / PIECES }, (_, i) => i);
  const ours: number[] = [];
  const theirs: number[] = [];
  const ask = () => (asker as Bus).request('history.health', {});
  await measure(items, hands, ask);
  await measure(items, hands, bare.ask);
  for (let piece = 0; piece < PIECES; piece++) {
    ours.push(...(await measure(items, hands, ask)).each);
    theirs.push(...(await measure(items, hands, bare.ask)).each);
  }
  await Promise.all([asker.close(), answerer.close(), bare.close()]);
  return { ours: quantile(ours, 0.5), bare: quantile(theirs, 0.5) };
}

/** RPC with amqplib alone. */
async function bareCaller(url: string) {
  const QUEUE = 'bench_bare_queue';
  const [asking, answering] = [await connect(url, { noDelay: true }), await connect(url, { noDelay: true })];
  const server = await answering.createChannel();
  await server.assertQueue(QUEUE, { durable: true, autoDelete: true });
  await server.prefetch(64);
  const answer = Buffer.from(JSON.stringify({ ok: { status: 'ok' } }));
  await server.consume(QUEUE, (message) => {
    if (message === null) return;
    const { replyTo, correlationId } = message.properties;
    server.sendToQueue(replyTo, answer, { correlationId });
    server.ack(message);
  });
  const client = await asking.createChannel();
  const waiting = new Map<string, () => void>();
  await client.consume(
    'amq.rabbitmq.reply-to',
    (message) => {
      const id = message?.properties.correlationId;
      waiting.get(id)?.();
      waiting.delete(id);
    },
    { noAck: true },
  );
  const question = Buffer.from(JSON.stringify({ name: 'history.health', params: {}, requestId: randomUUID() }));
  return {
    ask: () =>
      new Promise<void>((resolve) => {
        const correlationId = randomUUID();
        waiting.set(correlationId, resolve);
        client.sendToQueue(QUEUE, question, { correlationId, replyTo: 'amq.rabbitmq.reply-to' });
      }),
    close: async () => {
      await Promise.all([asking.close(), answering.close()]);
    },
  };
}
