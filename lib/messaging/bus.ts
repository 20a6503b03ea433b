import type { DeadLetter } from '@/lib/contracts/api/admin';
import type { DurableQueue, Message } from '@/lib/contracts/messages';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import type { RpcHandlers, RpcName, RpcParams, RpcResult, ServiceName } from '@/lib/contracts/rpc';

/** The topic exchange of commands, events and facts. */
export const EXCHANGE = 'music_events';
/** A caller waits this long for an answer unless it says otherwise. */
export const RPC_TIMEOUT_MS = 5_000;

export interface RequestOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  requestId?: string;
}

export interface Subscription {
  /** Takes no more, finishes what it began. */
  close(): Promise<void>;
}

/**
 * How the parts talk. Two implementations, one contract suite (tests/integration/bus.test.ts): RabbitMQ, and in process with
 * a journal. Everything is parsed by its schema on both sides.
 */
export interface Bus {
  /**
   * Asks a service and waits for its answer.
   * @throws {EnxameError} what the handler threw, with its code; `timeout`; `unavailable` when nobody can be asked;
   *   `invalid_request` when the parameters do not fit; `internal` when the answer does not
   * @throws the signal's reason once `options.signal` is aborted; the service may still do what it was asked
   */
  request<N extends RpcName>(name: N, params: RpcParams<N>, options?: RequestOptions): Promise<RpcResult<N>>;
  /** Answers requests to a service; several processes compete. */
  serve<S extends ServiceName>(service: S, handlers: RpcHandlers<S>): Promise<Subscription>;
  /**
   * Resolves once the broker has the message durably. A command or an event needs a durable queue that takes it; a fact may
   * find nobody. Never call it inside a database transaction: the embedded journal is in the same database, whose one
   * connection the transaction holds. What must be said if and only if a change commits goes through the outbox (outbox.ts).
   * @throws {EnxameError} `unavailable`; `invalid_request` or `too_large` for what no subscriber could take
   */
  publish(message: Message): Promise<void>;
  /**
   * Takes messages whose type matches a pattern of topics (`playlist.*`, `changed.#`). One process handles messages of one
   * actor one after the other, in the order they came; those of different actors at the same time.
   * With a `queue` name: durable (it collects messages from the first subscription on, also while nobody takes them), shared by
   * competing consumers, at least once: acknowledged when `handle` resolves, tried again when it rejects, and after
   * `MAX_DELIVERIES` (at once for the code `invalid_request`) kept as a dead letter with the reason.
   * Without: this process's own, gone with it, one try.
   */
  subscribe(
    options: { queue: string | null; patterns: string[] },
    handle: (message: Message) => Promise<void>,
  ): Promise<Subscription>;
  /** The dead letters of a durable queue, the oldest first; they stay. At most `limit` of them, and how many there are. */
  deadLetters(queue: DurableQueue, limit: number): Promise<{ messages: DeadLetter[]; total: number }>;
  /**
   * Gives dead letters to their queue again, as if they were new; `ids` null: all. None is lost when this
   * breaks off; one may then be given twice, which its consumer sees by its id.
   * @returns how many
   */
  replay(queue: DurableQueue, ids: readonly string[] | null): Promise<number>;
  /** Forgets dead letters. @returns how many */
  discard(queue: DurableQueue, ids: readonly string[] | null): Promise<number>;
  health(): ComponentHealth;
  /** Ends every subscription after what it began; waiting requests fail with `unavailable`. */
  close(): Promise<void>;
}

/** A message that fails this often becomes a dead letter instead of being given again. */
export const MAX_DELIVERIES = 5;
/** Waits between the deliveries of one message: long enough together (31 s) for a database to come back. */
export const RETRY_DELAYS_MS: readonly number[] = [200, 1_000, 5_000, 25_000];
/** Messages a subscriber of a durable queue holds at once. */
export const PREFETCH = 16;
/** Questions a server works on at once; some wait for a write to arrive, so it is larger. */
export const RPC_PREFETCH = 64;
