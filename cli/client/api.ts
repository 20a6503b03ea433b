/** The gateway as the client sees it: HTTP and nothing else, every answer parsed by its contract. */
import type * as z from 'zod/mini';
import { EnxameError, problem } from '@/lib/contracts/errors';
import { readSession, type SavedSession, writeSession } from './session-file';

/** A server that says nothing for so long will not. */
const TIMEOUT_MS = 30_000;

export class Api {
  readonly server: string;
  #session: SavedSession | null;

  private constructor(server: string, session: SavedSession | null) {
    this.server = server;
    this.#session = session;
  }

  /** @param server its address, such as `http://localhost:3000` */
  static async open(server: string): Promise<Api> {
    const origin = new URL(server).origin;
    return new Api(origin, await readSession(origin));
  }

  get email(): string | null {
    return this.#session?.email ?? null;
  }

  /**
   * Asks the gateway.
   * @throws {EnxameError} what it refused; `unavailable` when it is out of reach; `internal` when the answer is no answer
   */
  async ask<S extends z.ZodMiniType>(method: string, path: string, schema: S, body?: unknown): Promise<z.output<S>> {
    const response = await this.raw(method, path, body);
    const parsed = schema.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw new EnxameError('internal', 'The server sent an answer that this client does not understand.');
    return parsed.data;
  }

  /** The answer as it is. @throws {EnxameError} as {@link ask} */
  async raw(method: string, path: string, body?: unknown): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.server + path, {
        method,
        headers: {
          origin: this.server,
          ...(this.#session === null ? {} : { cookie: this.#session.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new EnxameError('unavailable', `No answer from ${this.server}. Is the server running there? Use --server to name another.`, {
        cause,
      });
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  async signIn(email: string, password: string): Promise<void> {
    const response = await this.raw('POST', '/api/auth/sign-in/email', { email, password });
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    this.#session = { cookie, email };
    await writeSession(this.server, this.#session);
  }

  /** Here and on the server; here also when the server is away. */
  async signOut(): Promise<void> {
    const ending = this.#session === null ? null : this.raw('POST', '/api/auth/sign-out', {});
    await writeSession(this.server, null);
    await ending?.catch(() => {});
    this.#session = null;
  }
}

async function refusalOf(response: Response): Promise<EnxameError> {
  const told = problem.safeParse(await response.json().catch(() => null));
  if (!told.success) {
    return new EnxameError(
      response.status >= 502 ? 'unavailable' : 'internal',
      `The server answered with status ${response.status}.`,
    );
  }
  const { code, detail, title, issues = [] } = told.data;
  const fields = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const retryAfterS = Number(response.headers.get('retry-after')) || undefined;
  return new EnxameError(code, [detail ?? title, fields].filter(Boolean).join(' '), {
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  });
}
