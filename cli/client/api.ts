/** The gateway as the client asks it, with the session that is kept for its server. */
import { type HttpClient, httpClient } from '@/lib/client/http';
import { api } from '@/lib/contracts/api';
import { readSession, type SavedSession, writeSession } from './credentials';

/** A server that says nothing for so long will not. */
const TIMEOUT_MS = 30_000;

export class Api implements HttpClient {
  readonly server: string;
  readonly ask: HttpClient['ask'];
  readonly read: HttpClient['read'];
  private session: SavedSession | null;

  private constructor(server: string, session: SavedSession | null) {
    this.server = server;
    this.session = session;
    const http = httpClient({
      server,
      headers: () => ({ origin: server, ...(this.session === null ? {} : { cookie: this.session.cookie }) }),
      timeoutMs: TIMEOUT_MS,
      sentences: {
        unreachable: `No answer from ${server}. Is the server running there? Use --server to name another.`,
      },
    });
    this.ask = http.ask;
    this.read = http.read;
  }

  /** @param server its address, such as `http://localhost:3000` */
  static async open(server: string): Promise<Api> {
    const origin = new URL(server).origin;
    return new Api(origin, await readSession(origin));
  }

  get email(): string | null {
    return this.session?.email ?? null;
  }

  async signIn(email: string, password: string): Promise<void> {
    const cookies = await this.read(api.account.signIn, { body: { email, password } }, async (answer) =>
      answer.headers.getSetCookie().map((line) => line.split(';')[0]),
    );
    this.session = { cookie: cookies.join('; '), email };
    await writeSession(this.server, this.session);
  }

  /** Here and on the server; here also when the server is away. */
  async signOut(): Promise<void> {
    const ending = this.session === null ? null : this.ask(api.account.signOut);
    await writeSession(this.server, null);
    await ending?.catch(() => {});
    this.session = null;
  }
}
