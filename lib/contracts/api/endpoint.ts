/** What the contract says of one HTTP route, and the types that routes and clients take from it. */
import * as z from 'zod/mini';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: everybody (`public`: the session is not looked up), every listener who is signed in, or administrators only. */
export type Access = 'public' | 'anyone' | 'listener' | 'admin';

/** One route: a method of one address. */
export interface Endpoint {
  readonly method: Method;
  /** Parameters in braces, as OpenAPI writes them: `/api/albums/{id}`. */
  readonly path: `/api/${string}`;
  readonly access: Access;
  /** One sentence, for the OpenAPI document. */
  readonly summary: string;
  /** Parameters of the path. A value that does not fit is answered with `not_found`. */
  readonly params?: z.ZodMiniObject;
  /** The query, as values. In the address, commas separate the items of a list, and an empty text counts as absent. */
  readonly query?: z.ZodMiniObject;
  /** JSON. */
  readonly body?: z.ZodMiniType;
  /** Instead of MAX_BODY_BYTES. */
  readonly maxBodyBytes?: number;
  /** Status of success, where it is not 200. */
  readonly status?: 201 | 202;
  /** JSON. */
  readonly answer?: z.ZodMiniType;
  /** The JSON answer is written piece by piece, because it has no bound. */
  readonly streamed?: true;
  /** Media types of answers that are not JSON. Beside `answer`, the request decides which one comes. */
  readonly media?: readonly string[];
  /** The request gives a command, whose id the client may choose: COMMAND_ID_HEADER. */
  readonly command?: true;
  /** Answered by lib/origin, ahead of the routes of app/api. */
  readonly servedBy?: 'origin';
}

/** Largest JSON body the gateway reads, bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Header of a request that gives a command: the command's id (a UUID), chosen by the client once for each thing its user wants. A request
 * that is repeated with it is applied once, however often it arrives. Absent: the server chooses one.
 */
export const COMMAND_ID_HEADER = 'Idempotency-Key';

/** Declares a route. Keeps the types of what is given. */
export const endpoint = <const E extends Endpoint>(given: E): E => given;

/** The answer of a request that asks for nothing back. */
export const empty = z.object({});

/** An endpoint that answers with JSON. */
export type JsonEndpoint = Endpoint & { readonly answer: z.ZodMiniType };

// What a handler gets: parsed, with defaults filled in.
export type ParamsOf<E> = E extends { readonly params: infer S extends z.ZodMiniObject } ? z.output<S> : unknown;
export type QueryOf<E> = E extends { readonly query: infer S extends z.ZodMiniObject } ? z.output<S> : unknown;
export type BodyOf<E> = E extends { readonly body: infer S extends z.ZodMiniType } ? z.output<S> : undefined;
export type AnswerOf<E> = E extends { readonly answer: infer S extends z.ZodMiniType } ? z.output<S> : never;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;
type Given<S> = DeepReadonly<z.input<S>>;

/** What a client must give. */
export type InputOf<E> = (E extends { readonly params: infer S extends z.ZodMiniObject }
  ? { readonly params: Given<S> }
  : unknown) &
  (E extends { readonly query: infer S extends z.ZodMiniObject }
    ? Record<never, never> extends Given<S>
      ? { readonly query?: Given<S> }
      : { readonly query: Given<S> }
    : unknown) &
  (E extends { readonly body: infer S extends z.ZodMiniType } ? { readonly body: Given<S> } : unknown) &
  (E extends { readonly command: true } ? { readonly commandId?: string | undefined } : unknown);

type AddressInput<E> = Omit<InputOf<E>, 'body' | 'commandId'>;

/** Path and query of a request. */
export function addressOf<E extends Endpoint>(
  { path }: E,
  ...[input]: Record<never, never> extends AddressInput<E> ? [input?: AddressInput<E>] : [input: AddressInput<E>]
): string {
  const { params = {}, query = {} } = (input ?? {}) as Record<'params' | 'query', Record<string, unknown> | undefined>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${[value].flat().map(encodedText).join(',')}`],
  );
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

const encodedText = (value: unknown) => encodeURIComponent(String(value));
