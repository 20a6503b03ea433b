/** What is on the wire, whatever the broker: JSON text, parsed by its schema on both sides. */
import * as z from 'zod/mini';
import type { Log } from '@/lib/config/log';
import { EnxameError, fromWireError, toWireError, wireError } from '@/lib/contracts/errors';
import { MAX_MESSAGE_BYTES, type Message, parseMessage } from '@/lib/contracts/messages';
import {
  type RpcHandlers,
  type RpcName,
  type RpcParams,
  type RpcResult,
  rpc,
  type ServiceName,
  services,
} from '@/lib/contracts/rpc';
import { databaseFailure } from '@/lib/database/away';
import { rpcAnswered } from './metrics';

/** @throws {EnxameError} `invalid_request` or `too_large` */
export function encodeMessage(message: Message): string {
  let text: string;
  try {
    text = JSON.stringify(parseMessage(message));
  } catch (cause) {
    throw new EnxameError('invalid_request', `A message of type ${message.type} does not match its schema.`, { cause });
  }
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) {
    throw new EnxameError('too_large', `A message may have at most ${MAX_MESSAGE_BYTES} bytes.`);
  }
  return text;
}

/** The message, or why the text is none. Never throws. */
export function decodeMessage(text: string): { message: Message } | { reason: string } {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return { reason: `larger than ${MAX_MESSAGE_BYTES} bytes` };
  try {
    return { message: parseMessage(JSON.parse(text)) };
  } catch (error) {
    return { reason: `malformed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 1000) };
  }
}

const request = z.object({
  name: z.enum(Object.keys(rpc) as [RpcName, ...RpcName[]]),
  params: z.unknown(),
  requestId: z.string(),
});
/** The answer that is not `{ ok: … }`. */
const refusal = z.object({ error: wireError });

export function serviceOf(name: RpcName): ServiceName {
  const service = services.find((candidate) => name.startsWith(`${candidate}.`));
  if (service === undefined) throw new Error(`${name} belongs to no service`);
  return service;
}

/** People are shown it: which schema refused is for the log. */
const REFUSED = 'Something in this request is too long, or is not valid.';

/** @throws {EnxameError} `invalid_request` */
export function encodeRequest<N extends RpcName>(name: N, params: RpcParams<N>, requestId: string): string {
  const parsed = rpc[name].params.safeParse(params);
  if (!parsed.success) {
    throw new EnxameError('invalid_request', REFUSED, {
      cause: new Error(`the parameters of ${name} do not match its schema`, { cause: parsed.error }),
    });
  }
  return JSON.stringify({ name, params: parsed.data, requestId });
}

/** Runs the handler a request asks for. Never rejects: whatever goes wrong is the answer. */
export async function answerRequest<S extends ServiceName>(
  handlers: RpcHandlers<S>,
  text: string,
  log: Log,
): Promise<string> {
  try {
    const { name, params, requestId } = parseRequest(text);
    const handler: unknown = Object.hasOwn(handlers, name) ? (handlers as Record<string, unknown>)[name] : undefined;
    if (typeof handler !== 'function') throw new EnxameError('not_found', `Nothing here answers ${name}.`);
    const parsed = rpc[name].params.safeParse(params);
    if (!parsed.success) throw new EnxameError('invalid_request', REFUSED);
    const endTimer = rpcAnswered.startTimer({ name });
    try {
      const answered = JSON.stringify({ ok: rpc[name].result.parse(await handler(parsed.data, { requestId })) });
      endTimer({ outcome: 'ok' });
      log.debug({ name, requestId }, 'answered');
      return answered;
    } catch (error) {
      const wire = toWireError(databaseFailure(error) ?? error);
      endTimer({ outcome: wire.code });
      if (wire.code === 'internal') log.error({ error, name, requestId }, 'a request failed');
      return JSON.stringify({ error: wire });
    }
  } catch (error) {
    return JSON.stringify({ error: toWireError(error) });
  }
}

function parseRequest(text: string) {
  try {
    return request.parse(JSON.parse(text));
  } catch (cause) {
    throw new EnxameError('invalid_request', 'This service does not know this request.', { cause });
  }
}

/** @throws {EnxameError} what the handler threw; `internal` when the answer does not fit its schema */
export function decodeAnswer<N extends RpcName>(name: N, text: string): RpcResult<N> {
  let read: z.infer<typeof refusal>;
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said === 'object' && said !== null && 'ok' in said)
      return rpc[name].result.parse(said.ok) as RpcResult<N>;
    read = refusal.parse(said);
  } catch (cause) {
    throw new EnxameError('internal', `The answer to ${name} does not match its schema.`, { cause });
  }
  throw fromWireError(read.error);
}
