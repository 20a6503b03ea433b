/**
 * What Prometheus is told of the bus. Labels are bounded: names of questions, types of messages and names of queues are all in the
 * contracts. In one process this file is loaded twice (Next's bundle and the host), so that a metric may be there already.
 */
import { Counter, Gauge, type GaugeConfiguration, Histogram, register } from 'prom-client';
import { isEnxameError } from '@/lib/contracts/errors';

/** From a local round trip to the longest wait for an answer, s. */
const RPC_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** From at once to a consumer that was away for an hour, s. */
const LAG_BUCKETS_S = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 3600];

function once<M, C extends { name: string }>(Metric: new (config: C) => M, config: C): M {
  return (register.getSingleMetric(config.name) as M | undefined) ?? new Metric(config);
}

/** `outcome`: `answered` (maybe by an error), or the code of what kept the answer away. */
export const rpcAsked = once(Histogram, {
  name: 'enxame_rpc_request_seconds',
  help: 'Questions over the bus, from asking to the answer, as the caller sees them',
  labelNames: ['name', 'outcome'],
  buckets: RPC_BUCKETS_S,
});
/** `outcome`: `ok` or the code of the error. */
export const rpcAnswered = once(Histogram, {
  name: 'enxame_rpc_answer_seconds',
  help: 'Questions over the bus, as long as the service works on them',
  labelNames: ['name', 'outcome'],
  buckets: RPC_BUCKETS_S,
});
export const rpcInFlight = once(Gauge, {
  name: 'enxame_rpc_in_flight',
  help: 'Questions that this process waits for the answer of',
  labelNames: ['service'],
});
const published = once(Counter, {
  name: 'enxame_messages_published_total',
  help: 'Messages that the broker took, or did not',
  labelNames: ['type', 'outcome'],
});
/** Counts how a publish ended. */
export async function counted(type: string, publishing: Promise<void>): Promise<void> {
  try {
    await publishing;
    published.inc({ type, outcome: 'ok' });
  } catch (error) {
    published.inc({ type, outcome: isEnxameError(error) ? error.code : 'failed' });
    throw error;
  }
}
/** `outcome`: `done`, `failed` (it is tried again) or `dead_letter`. */
export const handled = once(Counter, {
  name: 'enxame_messages_handled_total',
  help: 'Deliveries of messages and how they ended',
  labelNames: ['queue', 'type', 'outcome'],
});
export const redelivered = once(Counter, {
  name: 'enxame_messages_redelivered_total',
  help: 'Deliveries of messages that had been given to a consumer before',
  labelNames: ['queue'],
});
export const lag = once(Histogram, {
  name: 'enxame_message_lag_seconds',
  help: 'From publishing a message until it was handled',
  labelNames: ['queue'],
  buckets: LAG_BUCKETS_S,
});

/** `waiting`: messages ready to be given; `deadLetters`: messages that could not be handled. */
export interface Depth {
  queue: string;
  waiting: number;
  deadLetters: number;
}

let depthsOf: () => Promise<Depth[]> = async () => [];
/** Where the gauges of depth look when they are read. The bus opened last counts: a process has one. */
export function watchDepths(depths: () => Promise<Depth[]>): void {
  depthsOf = depths;
}

function depthGauge(name: string, help: string, value: (depth: Depth) => number): void {
  once<Gauge<'queue'>, GaugeConfiguration<'queue'>>(Gauge, {
    name,
    help,
    labelNames: ['queue'],
    async collect() {
      this.reset();
      // Without the broker there is nothing to be told.
      for (const depth of await depthsOf().catch(() => [])) this.set({ queue: depth.queue }, value(depth));
    },
  });
}
depthGauge('enxame_queue_depth', 'Messages that wait in a queue this process takes from', (depth) => depth.waiting);
depthGauge(
  'enxame_queue_dead_letters',
  'Dead letters of a queue that this process consumes',
  (depth) => depth.deadLetters,
);
