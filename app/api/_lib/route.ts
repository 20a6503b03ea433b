import * as z from 'zod/mini';
import { type Account, NOBODY, type Session } from '@/lib/auth/sessions';
import { isSameOrigin, readVisit, type Visit } from '@/lib/auth/trust';
import {
  type Access,
  type AnswerOf,
  type BodyOf,
  COMMAND_ID_HEADER,
  type Endpoint,
  type ParamsOf,
  type QueryOf,
} from '@/lib/contracts/api/endpoint';
import { EnxameError } from '@/lib/contracts/errors';
import { messageId } from '@/lib/contracts/ids';
import { type Message, type MessageData, type MessageType, newMessage } from '@/lib/contracts/messages';
import type { RpcName, RpcParams, RpcResult } from '@/lib/contracts/rpc';
import { readJson, readParams, readQuery } from './input';
import { InvalidBody, toProblem } from './problem';
import { type Runtime, runtime } from './runtime';

type Schema = z.ZodMiniType;

/** A request as a handler gets it, parsed by the route's entry. */
export interface Call<E extends Endpoint = Endpoint> {
  request: Request;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  account: E['access'] extends 'public' | 'anyone' ? Account | null : Account;
  session: Session;
  visit: Visit;
  requestId: string;
  runtime: Runtime;
  /** Asks a service. @throws {EnxameError} what it answered */
  ask<N extends RpcName>(name: N, params: RpcParams<N>): Promise<RpcResult<N>>;
  /** For routes whose entry says that they give a command. */
  publish: E extends { readonly command: true } ? Publish : never;
}

/**
 * Publishes a command. Resolves with the message's id once the broker has it durably. The id is the one that the request names
 * (COMMAND_ID_HEADER), so a handler publishes at most one message.
 */
type Publish = <T extends MessageType>(type: T, data: MessageData<T>) => Promise<string>;

/** An answer that also sets cookies. */
class WithCookies<T> {
  constructor(
    readonly answer: T,
    readonly setCookies: readonly string[],
  ) {}
}

/** @param setCookies `Set-Cookie` values */
export const withCookies = <T>(answer: T, setCookies: readonly string[]) => new WithCookies(answer, setCookies);

/** What a handler may answer: a value of the entry's schema, or a Response where the entry names other types or a stream. */
type Handled<E extends Endpoint> =
  | (E extends { readonly streamed: true } ? Response : AnswerOf<E> | WithCookies<AnswerOf<E>>)
  | (E extends { readonly media: readonly string[] } ? Response : never);

/** A route as Next calls it, with its entry. */
export interface Route<E extends Endpoint = Endpoint> {
  (request: Request, context?: { params: Promise<Record<string, string>> }): Promise<Response>;
  readonly endpoint: E;
}

const REQUEST_ID = /^[\w.-]{1,100}$/;
const READS = ['GET', 'HEAD'];

/**
 * A route of the gateway. Its entry in the contract says who may call it and what its path, query and body must be; `handle` does the rest.
 * Whatever it throws becomes a problem document (RFC 9457).
 */
export function route<const E extends Endpoint>(endpoint: E, handle: (call: Call<E>) => Promise<Handled<E>>): Route<E> {
  const answer = async (request: Request, context?: { params: Promise<Record<string, string>> }) => {
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
      session = endpoint.access === 'public' ? NOBODY : await host.accounts.session(request.headers);
      const account = admit(endpoint.access, session);
      if (!isRead && account !== null) host.writesOfAccount.take(account.id);
      const body =
        endpoint.body === undefined ? undefined : await parseBody(request, endpoint.body, endpoint.maxBodyBytes);
      const visit = readVisit(request.headers);
      const asker = account?.id ?? visit.address ?? '';
      const publish: Publish = async (type, data) => {
        const from = { actor: account?.id ?? null, requestId, at: Date.now(), ...commandId(request) };
        const message = newMessage(type, data, from) as Message;
        await host.bus.publish(message);
        return message.id;
      };
      const handled = await handle({
        request,
        params: readParams(endpoint.params, (await context?.params) ?? {}) as ParamsOf<E>,
        query: readQuery(endpoint.query, new URL(request.url).searchParams) as QueryOf<E>,
        body: body as BodyOf<E>,
        account: account as Call<E>['account'],
        session,
        visit,
        requestId,
        runtime: host,
        ask: (name, params) => host.questions.ask(asker, name, params, { requestId }),
        publish: publish as Call<E>['publish'],
      });
      response = handled instanceof Response ? handled : json(handled, endpoint.status);
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
  return Object.assign(answer, { endpoint });
}

/** A JSON answer. Nothing of the gateway is for caches unless it says so. */
function json(handled: unknown, status = 200): Response {
  const { answer, setCookies } = handled instanceof WithCookies ? handled : { answer: handled, setCookies: [] };
  const response = Response.json(answer ?? {}, { status, headers: { 'cache-control': 'no-store' } });
  for (const cookie of setCookies) response.headers.append('set-cookie', cookie);
  return response;
}

function admit(access: Access, session: Session): Account | null {
  if (access === 'anyone' || access === 'public') return session.account;
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
