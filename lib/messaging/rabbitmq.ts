import type { Log } from '@/lib/host/log';
import type { Bus } from './bus';

export async function openRabbitmqBus(_options: {
  url: string;
  log: Log;
  retryDelaysMs?: readonly number[];
}): Promise<Bus> {
  throw new Error('not built yet');
}
