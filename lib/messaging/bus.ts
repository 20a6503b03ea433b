import type { Message } from '@/lib/contracts/messages';
import type { ComponentHealth, RpcHandlers, RpcName, RpcParams, RpcResult, ServiceName } from '@/lib/contracts/rpc';

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
 * How the parts talk. Two implementations, one contract suite (tests/contract): RabbitMQ, and in process with a journal.
 * Everything is parsed by its schema on both sides.
 */
export interface Bus {
  /**
   * Asks a service and waits for its answer.
   * @throws {EnxameError} what the handler threw, with its code; `timeout`; `unavailable` when nobody can be asked;
   *   `invalid_request` when the parameters do not fit
   */
  request<N extends RpcName>(name: N, params: RpcParams<N>, options?: RequestOptions): Promise<RpcResult<N>>;
  /** Answers requests to a service; several processes compete. */
  serve<S extends ServiceName>(service: S, handlers: RpcHandlers<S>): Promise<Subscription>;
  /** Resolves once the broker has the message durably. @throws {EnxameError} `unavailable` */
  publish(message: Message): Promise<void>;
  /**
   * Takes messages whose type matches a pattern of topics (`playlist.*`, `changed.#`).
   * With a `queue` name: durable, shared by competing consumers, at least once, acknowledged when `handle` resolves and given
   * again when it rejects (after `MAX_DELIVERIES` put aside, with its reason). Without: this process's own, gone with it.
   */
  subscribe(
    options: { queue: string | null; patterns: string[] },
    handle: (message: Message) => Promise<void>,
  ): Promise<Subscription>;
  health(): ComponentHealth;
  close(): Promise<void>;
}

/** A message that fails this often is put aside instead of being given again. */
export const MAX_DELIVERIES = 5;
