import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@/lib/config/log';
import { isEnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import { decodeMessage } from './codec';
import { handled, lag, redelivered } from './metrics';

/** One message as a broker hands it over. Exactly one of the three endings is called. */
export interface Delivery {
  text: string;
  /** Its queue; empty for a subscriber without one. */
  queue: string;
  /** It was given to a consumer before. */
  isRepeat: boolean;
  /** When it was published (epoch ms); null when that is not known. */
  sentAt: number | null;
  /** Deliveries that failed before this one. */
  failures: number;
  /** The broker has taken it back by itself (its connection broke) and gives it again: not to be begun any more. */
  stale(): boolean;
  /** Done: the broker may forget it. */
  ack(): Promise<void>;
  /** Not done and not failed for good: the broker gives it again, to whoever takes it. */
  giveBack(failures: number): Promise<void>;
  /** Never to be given again; kept with the reason. */
  deadLetter(reason: string, failures: number): Promise<void>;
}

/**
 * What stands between a broker and a subscriber's handler: parses, keeps the order of one actor's messages (one lane for
 * each), tries again after a pause, and makes a dead letter of what keeps failing. A failed message is tried again in its lane rather
 * than sent round through the broker, because the actor's next message would overtake it there.
 */
export class MessageProcessor {
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly closing = new AbortController();
  private readonly handle: (message: Message) => Promise<void>;
  private readonly retryDelaysMs: readonly number[];
  private readonly log: Log;

  /** @param options.retryDelaysMs waits between deliveries; one more delivery than there are waits */
  constructor(options: { handle: (message: Message) => Promise<void>; retryDelaysMs: readonly number[]; log: Log }) {
    this.handle = options.handle;
    this.retryDelaysMs = options.retryDelaysMs;
    this.log = options.log;
  }

  take(delivery: Delivery): void {
    if (delivery.isRepeat) redelivered.inc({ queue: delivery.queue });
    const read = decodeMessage(delivery.text);
    const lane = 'message' in read ? (read.message.actor ?? '') : '';
    const before = this.lanes.get(lane) ?? Promise.resolve();
    const mine = before
      .then(() => ('message' in read ? this.run(delivery, read.message) : this.deadLetter(delivery, read.reason, 0)))
      // The broker could not be told how it ended; it gives the message again by itself.
      .catch((error) => this.log.warn({ error }, 'a message could not be settled'))
      .finally(() => {
        if (this.lanes.get(lane) === mine) this.lanes.delete(lane);
      });
    this.lanes.set(lane, mine);
  }

  /** Gives back what has not begun, resolves when what has begun is over. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.lanes.values());
  }

  private async run(delivery: Delivery, message: Message): Promise<void> {
    for (let failures = delivery.failures; ; ) {
      if (delivery.stale()) return;
      if (this.closing.signal.aborted) return delivery.giveBack(failures);
      const error = await this.attempt(message);
      if (error === null) {
        handled.inc({ queue: delivery.queue, type: message.type, outcome: 'done' });
        this.log.debug({ id: message.id, type: message.type, requestId: message.requestId }, 'handled');
        if (delivery.sentAt !== null) lag.observe({ queue: delivery.queue }, (Date.now() - delivery.sentAt) / 1000);
        return delivery.ack();
      }
      const delayMs = this.retryDelaysMs[failures];
      failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      const pointless = isEnxameError(error) && error.code === 'invalid_request';
      if (delayMs === undefined || pointless) return this.deadLetter(delivery, reason, failures, message);
      handled.inc({ queue: delivery.queue, type: message.type, outcome: 'failed' });
      this.log.warn({ error, id: message.id, type: message.type, failures, delayMs }, 'a message failed; trying again');
      await sleep(delayMs, undefined, { signal: this.closing.signal }).catch(() => {});
    }
  }

  /** Null when handled, else what the handler threw. */
  private async attempt(message: Message): Promise<unknown> {
    try {
      await this.handle(message);
      return null;
    } catch (error) {
      return error ?? new Error('failed without a reason');
    }
  }

  private async deadLetter(delivery: Delivery, reason: string, failures: number, message?: Message): Promise<void> {
    this.log.error({ id: message?.id, type: message?.type, failures, reason }, 'a message became a dead letter');
    handled.inc({ queue: delivery.queue, type: message?.type ?? 'unknown', outcome: 'dead_letter' });
    await delivery.deadLetter(reason, failures);
  }
}
