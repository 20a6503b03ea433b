import * as z from 'zod/mini';
import type { Log } from '@/lib/config/log';
import { EnxameError, toWireError } from '@/lib/contracts/errors';
import { type Rate, TokenBucket } from '@/lib/util/rate-limit';
import type { ByeCode } from './connections';
import type { SignalingSocket } from './socket';

/** One event: what may be said, how often a socket may say it, and what is done then. */
export interface EventRule {
  rate: Rate;
  /** @returns what the acknowledgement carries @throws {EnxameError} `invalid_request` and whatever the handler refuses with */
  run(payload: unknown, socket: SignalingSocket): Promise<object>;
}

/** Wrong or too many messages are forgiven this many at once, and again as time goes by; beyond that the socket is closed. */
const STRIKES: Rate = { burst: 30, everyMs: 5_000 };
const MALFORMED_COST = 3;
const TOO_FAST_COST = 1;

/** @param handle gets only what fits the schema; what it returns is acknowledged, nothing as `{}` */
export function eventRule<S extends z.ZodMiniType>(
  schema: S,
  rate: Rate,
  handle: (data: z.output<S>, socket: SignalingSocket) => Promise<object> | object | undefined,
): EventRule {
  return {
    rate,
    async run(payload, socket) {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) {
        throw new EnxameError('invalid_request', z.prettifyError(parsed.error).slice(0, 200));
      }
      return (await handle(parsed.data, socket)) ?? {};
    },
  };
}

/** Takes everything a socket says through its rule. `bye` is called once when it keeps saying wrong things or too many. */
export function takeEvents(
  socket: SignalingSocket,
  rules: ReadonlyMap<string, EventRule>,
  on: { bye: (code: ByeCode) => void; log: Log; clock: () => number },
): void {
  const buckets = new Map([...rules].map(([event, { rate }]) => [event, new TokenBucket(rate)]));
  const strikes = new TokenBucket(STRIKES);
  const strike = (code: ByeCode, cost: number) => {
    if (!strikes.take(on.clock(), cost) && socket.connected) on.bye(code);
  };

  socket.onAny(async (event: string, payload: unknown, acknowledge: unknown) => {
    if (!socket.connected) return;
    const reply = (answer: object) => {
      if (typeof acknowledge === 'function') acknowledge(answer);
    };
    try {
      const rule = rules.get(event);
      if (rule === undefined) throw new EnxameError('invalid_request', 'Unknown event.');
      if (buckets.get(event)?.take(on.clock()) !== true) {
        throw new EnxameError('too_many_requests', `Too many "${event}" events.`, { retryAfterS: 1 });
      }
      reply({ ok: await rule.run(payload, socket) });
    } catch (error) {
      const wire = toWireError(error);
      reply({ error: wire });
      if (wire.code === 'internal') on.log.error({ err: error, event }, 'a signaling event failed');
      if (wire.code === 'invalid_request') strike('invalid_request', MALFORMED_COST);
      if (wire.code === 'too_many_requests') strike('too_many_requests', TOO_FAST_COST);
    }
  });
}
