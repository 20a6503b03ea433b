import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { until } from './product';

/**
 * A bus on RabbitMQ that is connected. The product's own does not wait long for that: it begins without a broker, and a fact that is
 * published before its subscribers are attached is lost.
 */
export async function openConnectedBus(
  amqpUrl: string,
  options: Omit<Parameters<typeof openBus>[0], 'config' | 'database'>,
): Promise<Bus> {
  const bus = await openBus({ config: { amqpUrl }, database: null, ...options });
  await until('the connection to RabbitMQ', () => bus.health().status === 'ok');
  return bus;
}
