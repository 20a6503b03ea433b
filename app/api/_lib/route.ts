import * as z from 'zod/mini';
import { type Account, NOBODY, type Session } from '@/lib/auth/sessions';
import { isSameOrigin, readVisit, type Visit } from '@/lib/auth/trust';
import { EnxameError } from '@/lib/contracts/errors';
import { COMMAND_ID_HEADER } from '@/lib/contracts/http';
import { messageId } from '@/lib/contracts/ids';
import { type Message, type MessageData, type MessageType, newMessage } from '@/lib/contracts/messages';
import type { RpcName, RpcParams, RpcResult } from '@/lib/contracts/rpc';
import { readJson } from './body';
import { InvalidBody, toProblem } from './problem';
import { type Runtime, runtime } from './runtime';

/** Who may call: anybody, without asking who; anybody; whoever is signed in; administrators. */
type Access = 'unasked' | 'anyone' | 'listener' | 'admin';
type Schema = z.ZodMiniType;
type Output<S> = S extends Schema ? z.output<S> : undefined;

export interface Call<A extends Access = Access, B = unknown> {
  request: Request;
  url: URL;
  /** Of the path, such as `id`. */
  params: Record<string, string>;
  body: B;
  account: A extends 'anyone' | 'unasked' ? Account | null : Account;
  session: Session;
  visit: Visit;
  requestId: string;
  runtime: Runtime;
  /** Asks a service. @throws {EnxameError} what it answered */
  ask<N extends RpcName>(name: N, params: RpcParams<N>): Promise<RpcResult<N>>;
  /**
   * Resolves with the message's id once the broker has it durably. The id is the one that the request names (COMMAND_ID_HEADER), so a
   * handler publishes at most one message.
   */
  publish<T extends MessageType>(type: T, data: MessageData<T>): Promise<string>;
}

interface Options<A extends Access, S extends Schema | undefined> {
  access: A;
  body?: S;
  /** Instead of MAX_BODY_BYTES. */
  maxBodyBytes?: number;
}

const REQUEST_ID = /^[\w.-]{1,100}$/;
const READS = ['GET', 'HEAD'];

/**
 * A route of the gateway: who may call, what the body must look like, and what to do. `handle` answers with a Response, or
 * with a value that becomes JSON. Whatever it throws becomes a problem document (RFC 9457).
 */
export function route<A extends Access, S extends Schema | undefined = undefined>(
  options: Options<A, S>,
  handle: (call: Call<A, Output<S>>) => Promise<unknown>,
) {
  return async (request: Request, context?: { params: Promise<Record<string, string>> }): Promise<Response> => {
    const given = request.headers.get('x-request-id');
    const requestId = given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
    const began = performance.now();
    let session: Session | null = null;
    let response: Response;
    try {
      const host = runtime();
      const isRead = READS.includes(request.method);
      if (!isRead && !isSameOrigin(request.headers, host.config.publicUrl)) {
        throw new EnxameError(
          'forbidden',
          'This request does not come from a page of this server. If the server runs behind a proxy, set PUBLIC_URL to its public address.',
        );
      }
      session = options.access === 'unasked' ? NOBODY : await host.accounts.session(request.headers);
      const account = admit(options.access, session);
      if (!isRead && account !== null) host.writesOfAccount.take(account.id);
      const body =
        options.body === undefined ? undefined : await parseBody(request, options.body, options.maxBodyBytes);
      const visit = readVisit(request.headers);
      const asker = account?.id ?? visit.address ?? '';
      const answer = await handle({
        request,
        url: new URL(request.url),
        params: (await context?.params) ?? {},
        body: body as Output<S>,
        account: account as Call<A>['account'],
        session,
        visit,
        requestId,
        runtime: host,
        ask: (name, params) => host.questions.ask(asker, name, params, { requestId }),
        publish: async (type, data) => {
          const from = { actor: account?.id ?? null, requestId, at: Date.now(), ...commandId(request) };
          const message = newMessage(type, data, from) as Message;
          await host.bus.publish(message);
          return message.id;
        },
      });
      response = answer instanceof Response ? answer : json(answer);
    } catch (error) {
      response = toProblem(error, requestId, () =>
        runtime().log.error({ error, requestId, path: new URL(request.url).pathname }, 'a request failed'),
      );
    }
    response.headers.set('x-request-id', requestId);
    const { method, url } = request;
    const ms = Math.round(performance.now() - began);
    // The path alone: what is asked for may be private.
    runtime().log.debug({ requestId, method, path: new URL(url).pathname, status: response.status, ms }, 'answered');
    // The handler's own cookies come later and so win: after a sign-in the old session's end must not undo the new one.
    for (const cookie of session?.setCookies ?? []) {
      if (!hasCookie(response, cookie)) response.headers.append('set-cookie', cookie);
    }
    return response;
  };
}

/** A JSON answer. Nothing of the gateway is for caches unless it says so. */
export function json(value: unknown, init: { status?: number; setCookies?: string[] } = {}): Response {
  const response = Response.json(value ?? {}, {
    status: init.status ?? 200,
    headers: { 'cache-control': 'no-store' },
  });
  for (const cookie of init.setCookies ?? []) response.headers.append('set-cookie', cookie);
  return response;
}

function admit(access: Access, session: Session): Account | null {
  if (access === 'anyone' || access === 'unasked') return session.account;
  if (session.disabled) throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
  if (session.account === null) throw new EnxameError('not_signed_in', 'Sign in first.');
  if (access === 'admin' && session.account.role !== 'admin') {
    throw new EnxameError('forbidden', 'Only administrators can do this.');
  }
  return session.account;
}

async function parseBody(request: Request, schema: Schema, maxBytes: number | undefined): Promise<unknown> {
  const parsed = z.safeParse(schema, await readJson(request, maxBytes));
  if (!parsed.success) throw new InvalidBody(parsed.error.issues);
  return parsed.data;
}

/** @throws {EnxameError} `invalid_request` */
function commandId(request: Request): { id?: string } {
  const given = request.headers.get(COMMAND_ID_HEADER);
  if (given === null) return {};
  const parsed = z.safeParse(messageId, given);
  if (!parsed.success) throw new EnxameError('invalid_request', `The header ${COMMAND_ID_HEADER} must be a UUID.`);
  return { id: parsed.data.toLowerCase() };
}

function hasCookie(response: Response, cookie: string): boolean {
  const name = cookie.slice(0, cookie.indexOf('=') + 1);
  return response.headers.getSetCookie().some((other) => other.startsWith(name));
}
