/**
 * A ListenBrainz-compatible server over HTTP: https://listenbrainz.readthedocs.io/en/latest/users/api/ (submission in "Core"
 * and "JSON Documentation", rate limits on the first page).
 */
import * as z from 'zod/mini';
import type { Track } from '@/lib/contracts/catalog';
import { within } from '@/lib/util/abort';

/** Of one request and its answer. Shorter than the caller's own patience (RPC_TIMEOUT_MS), who waits for a token's check. */
export const REQUEST_TIMEOUT_MS = 4_000;
/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Where a server says to wait, but not how long. */
const LIMITED_WAIT_MS = 60_000;
/** No wait is longer, whatever the server says. */
export const LONGEST_WAIT_MS = 60 * 60 * 1000;
const MAX_REASON_CHARS = 200;

export type ListenType = 'single' | 'import' | 'playing_now';

export interface Listen {
  /** Seconds since 1970, of the start; none for `playing_now`. */
  listened_at?: number;
  track_metadata: {
    artist_name: string;
    track_name: string;
    release_name?: string;
    additional_info: Record<string, string | number>;
  };
}

export type Outcome =
  /** `waitMs`: before the next request, by the server's rate limit. */
  | { kind: 'accepted'; waitMs: number }
  /** What was sent does not please: sending it again is of no use. */
  | { kind: 'rejected'; reason: string }
  | { kind: 'unauthorized'; reason: string }
  /** `waitMs`: null when the server did not say how long. */
  | { kind: 'later'; reason: string; waitMs: number | null };

/** @param startedAt epoch ms; null: it is playing now */
export function listenOf(track: Track, startedAt: number | null): Listen {
  const { title, artist, album, durationS, trackNo } = track;
  return {
    ...(startedAt === null ? {} : { listened_at: Math.floor(startedAt / 1000) }),
    track_metadata: {
      artist_name: artist,
      track_name: title,
      ...(album === '' ? {} : { release_name: album }),
      additional_info: {
        media_player: 'Enxame',
        submission_client: 'Enxame',
        ...(durationS > 0 ? { duration_ms: Math.round(durationS * 1000) } : {}),
        ...(trackNo === null ? {} : { tracknumber: trackNo }),
      },
    },
  };
}

/** Never rejects: whatever goes wrong is an outcome. @param signal ends the request; the outcome is then `later` */
export async function submitListens(
  server: string,
  token: string,
  type: ListenType,
  listens: Listen[],
  signal: AbortSignal,
): Promise<Outcome> {
  const body = JSON.stringify({ listen_type: type, payload: listens });
  const answer = await ask(`${server}/1/submit-listens`, token, signal, { method: 'POST', body });
  if ('reason' in answer) return { kind: 'later', waitMs: null, reason: answer.reason };
  const { status, headers, text } = answer;
  const reason = reasonOf(status, text);
  if (status >= 200 && status < 300) return { kind: 'accepted', waitMs: isUsedUp(headers) ? resetInMs(headers) : 0 };
  if (status === 401 || status === 403) return { kind: 'unauthorized', reason };
  if (status === 400 || status === 413 || status === 422) return { kind: 'rejected', reason };
  return { kind: 'later', reason, waitMs: status === 429 ? resetInMs(headers) : null };
}

const validity = z.object({ valid: z.boolean(), user_name: z.optional(z.string().check(z.maxLength(200))) });

/** Whose token it is. @returns `unknown`: nobody's; or why it could not be found out */
export async function checkToken(
  server: string,
  token: string,
): Promise<{ userName: string } | 'unknown' | { reason: string }> {
  const patience = within(REQUEST_TIMEOUT_MS);
  const once = () => ask(`${server}/1/validate-token`, token, patience, {});
  let answer = await once();
  // A connection kept from before may have been closed meanwhile; a new one is tried before a person is told.
  if ('reason' in answer && !patience.aborted) answer = await once();
  if ('reason' in answer) return answer;
  if (answer.status === 401 || answer.status === 403) return 'unknown';
  const parsed = validity.safeParse(parseJson(answer.text));
  if (answer.status !== 200 || !parsed.success) return { reason: reasonOf(answer.status, answer.text) };
  return parsed.data.valid ? { userName: parsed.data.user_name ?? '' } : 'unknown';
}

type Answer = { status: number; headers: Headers; text: string } | { reason: string };

async function ask(address: string, token: string, signal: AbortSignal, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(address, {
      ...init,
      // A redirect would carry the token to an address that the administrator did not choose.
      redirect: 'manual',
      signal: within(REQUEST_TIMEOUT_MS, signal),
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json', 'user-agent': 'Enxame' },
    });
    return { status: response.status, headers: response.headers, text: await readSome(response) };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { reason: late ? 'the other server did not respond in time' : 'the other server cannot be reached' };
  }
}

async function readSome(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined && length < MAX_ANSWER_BYTES) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts).toString('utf8');
    parts.push(value);
    length += value.length;
  }
  await reader?.cancel().catch(() => {});
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const complaint = z.object({ error: z.string() });

function reasonOf(status: number, text: string): string {
  const told = complaint.safeParse(parseJson(text));
  if (told.success && told.data.error !== '')
    return `the other server answered “${told.data.error.slice(0, MAX_REASON_CHARS)}”`;
  if (status >= 300 && status < 400)
    return 'the other server redirects to another address, which LISTENBRAINZ_URL must name';
  return `the other server answered with status ${status}`;
}

const isUsedUp = (headers: Headers) => headers.get('x-ratelimit-remaining') === '0';

function resetInMs(headers: Headers): number {
  for (const name of ['x-ratelimit-reset-in', 'retry-after']) {
    const text = headers.get(name);
    const seconds = text === null || text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds * 1000, LONGEST_WAIT_MS);
  }
  return LIMITED_WAIT_MS;
}
