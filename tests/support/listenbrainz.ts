/** A server that takes listens as ListenBrainz does, and can be away, slow, in a mood or busy. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@/testing/processes';

export interface TakenListen {
  user: string;
  title: string;
  artist: string;
  listenedAt: number;
}

export interface FakeListenBrainz {
  url: string;
  /** Token to user name. */
  users: Map<string, string>;
  taken: TakenListen[];
  playingNow: { user: string; title: string }[];
  /** Of each request to submit: how many listens, of what type, and its answer. */
  requests: { type: string; listens: number; status: number; at: number }[];
  /** Answers instead of the usual; undefined: the usual. */
  mood: ((body: { payload: { track_metadata: { track_name: string } }[] }) => Mood | undefined) | null;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

interface Mood {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Never answers. */
  silent?: boolean;
  /** Takes the listens all the same. */
  takes?: boolean;
}

const MAX_LISTENS_PER_REQUEST = 1_000;
/** 1 October 2002, before which there was no Audioscrobbler. */
const LISTEN_MINIMUM_TS = 1_033_430_400;

export async function startListenBrainz(): Promise<FakeListenBrainz> {
  const port = await freePort();
  const server = createServer((request, response) => void answer(request, response));
  const listen = async () => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await listen();
  const fake: FakeListenBrainz = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/lb`,
    users: new Map(),
    taken: [],
    playingNow: [],
    requests: [],
    mood: null,
    goAway: close,
    comeBack: listen,
    stop: close,
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const say = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const user = fake.users.get(/^Token (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (request.url === '/apis/lb/1/validate-token') {
      return say(200, user === undefined ? { code: 200, valid: false } : { code: 200, valid: true, user_name: user });
    }
    if (request.url !== '/apis/lb/1/submit-listens' || request.method !== 'POST') return say(404, {});
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString());
    const mood = fake.mood?.(body);
    const status = mood?.status ?? judge(user, body);
    fake.requests.push({ type: body.listen_type, listens: body.payload.length, status, at: Date.now() });
    if (status === 200 || mood?.takes) take(user ?? '', body);
    if (mood?.silent) return;
    if (mood !== undefined) return say(status, mood.body ?? {}, mood.headers);
    say(
      status,
      status === 200 ? { status: 'ok' } : { code: status, error: status === 401 ? 'Invalid token.' : 'Bad.' },
    );
  }

  function take(user: string, body: { listen_type: string; payload: Listen[] }) {
    for (const { listened_at, track_metadata } of body.payload) {
      const { track_name: title, artist_name: artist } = track_metadata;
      if (body.listen_type === 'playing_now') fake.playingNow.push({ user, title });
      else if (!fake.taken.some((it) => it.user === user && it.title === title && it.listenedAt === listened_at)) {
        // As the real server: what was sent before, because its answer was not heard, is known.
        fake.taken.push({ user, title, artist, listenedAt: listened_at ?? 0 });
      }
    }
  }
  return fake;
}

interface Listen {
  listened_at?: number;
  track_metadata: { track_name: string; artist_name: string };
}

/** The server's own checks: who, how many, and what each must name. */
function judge(user: string | undefined, body: { listen_type: string; payload: Listen[] }): number {
  const { listen_type: type, payload } = body;
  if (user === undefined) return 401;
  if (!['single', 'import', 'playing_now'].includes(type) || payload.length === 0) return 400;
  if (type !== 'import' && payload.length > 1) return 400;
  if (payload.length > MAX_LISTENS_PER_REQUEST) return 400;
  const whole = payload.every(({ listened_at, track_metadata, ...rest }) => {
    const named = track_metadata.track_name !== '' && track_metadata.artist_name !== '';
    const timed = type === 'playing_now' ? listened_at === undefined : Number(listened_at) >= LISTEN_MINIMUM_TS;
    return named && timed && Object.keys(rest).length === 0;
  });
  return whole ? 200 : 400;
}
