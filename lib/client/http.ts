/** The client of the gateway's HTTP contract. An entry of the contract makes the request and parses the answer. */
import * as z from 'zod/mini';
import {
  type AnswerOf,
  addressOf,
  COMMAND_ID_HEADER,
  type Endpoint,
  type InputOf,
  type JsonEndpoint,
} from '@/lib/contracts/api/endpoint';
import { EnxameError } from '@/lib/contracts/errors';
import { within } from '@/lib/util/abort';
import { errorFromResponse } from './http-errors';

export interface HttpClientOptions {
  /** Origin of the server, such as `http://localhost:3000`. None: that of the page. */
  server?: string;
  fetch?: typeof globalThis.fetch;
  /** Sent with every request, such as a cookie or a bearer token. */
  headers?: () => Record<string, string>;
  /** Options of every fetch. */
  init?: Pick<RequestInit, 'cache' | 'credentials'>;
  /** Limit for a request and its answer together, ms. None: no limit. */
  timeoutMs?: number;
  /** Messages of errors where the server gives none. */
  sentences?: Partial<Sentences>;
}

interface Sentences {
  /** The server does not answer. */
  unreachable: string;
  /** The answer does not fit the contract. */
  notUnderstood: string;
  /** A refusal without a problem document. */
  refused: (status: number) => string;
}

interface SendOptions {
  signal?: AbortSignal | undefined;
  /** The request outlives the page. */
  keepalive?: boolean;
}

type Question<E extends Endpoint> = InputOf<E> & SendOptions;
/** May be left out where the entry needs nothing. */
type QuestionArgs<E extends Endpoint> =
  Record<never, never> extends InputOf<E> ? [question?: Question<E>] : [question: Question<E>];

export interface HttpClient {
  /**
   * Sends a request and parses the answer.
   * @throws {EnxameError} the server's refusal (its problem document is the `cause`); `unavailable` when it is out of reach, breaks off or takes
   *   too long; `internal` when the answer does not fit the contract
   * @throws the signal's reason
   */
  ask<E extends JsonEndpoint>(endpoint: E, ...question: QuestionArgs<E>): Promise<AnswerOf<E>>;
  /** Sends a request and lets `read` read the answer, within the same time limit. @throws as `ask`; what `read` throws */
  read<E extends Endpoint, T>(endpoint: E, question: Question<E>, read: (answer: Response) => Promise<T>): Promise<T>;
}

const SENTENCES: Sentences = {
  unreachable: 'Could not reach the server.',
  notUnderstood: 'The server sent an answer that this client does not understand.',
  refused: (status) => `The server answered with status ${status}.`,
};

/** A client of one server. */
export function httpClient(options: HttpClientOptions = {}): HttpClient {
  const { server = '', timeoutMs } = options;
  const sentences = { ...SENTENCES, ...options.sentences };
  // Looked up at each call, and never called as a method: a browser's fetch takes no other object than its window.
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);

  const read: HttpClient['read'] = async (endpoint, question, readAnswer) => {
    const { body, commandId, signal, keepalive } = question as SendOptions & { body?: unknown; commandId?: string };
    const until = timeoutMs === undefined ? signal : within(timeoutMs, signal);
    const hasBody = body !== undefined;
    try {
      const response = await fetch(server + addressOf<Endpoint>(endpoint, question), {
        ...options.init,
        method: endpoint.method,
        headers: {
          ...options.headers?.(),
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
          ...(commandId === undefined ? {} : { [COMMAND_ID_HEADER]: commandId }),
        },
        ...(hasBody ? { body: JSON.stringify(body) } : {}),
        ...(until === undefined ? {} : { signal: until }),
        ...(keepalive === undefined ? {} : { keepalive }),
      });
      if (!response.ok) throw await errorFromResponse(response, 'gateway', sentences.refused);
      return await readAnswer(response);
    } catch (error) {
      // Fetch throws a TypeError when there is no connection or it breaks off.
      const brokeOff = error instanceof TypeError || until?.aborted === true;
      if (signal?.aborted || !brokeOff) throw error;
      throw new EnxameError('unavailable', sentences.unreachable, { cause: error });
    }
  };

  return {
    read,
    ask: (endpoint, ...[question]) =>
      read(endpoint, (question ?? {}) as Question<typeof endpoint>, async (response) => {
        const parsed = z.safeParse(endpoint.answer, await jsonOf(response));
        if (!parsed.success) throw new EnxameError('internal', sentences.notUnderstood, { cause: parsed.error });
        return parsed.data as AnswerOf<typeof endpoint>;
      }),
  };
}

/** Undefined for what is no JSON. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
