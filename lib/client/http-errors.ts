import { EnxameError, type ErrorCode, errorStatus, problem } from '@/lib/contracts/errors';

/** What a refusal of the gateway or the origin says, as an error: its problem details, or what its status means. */
export async function errorFromResponse(response: Response): Promise<EnxameError> {
  const parsed = problem.safeParse(await response.json().catch(() => null));
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = Number.isFinite(retryAfter) ? { retryAfterS: retryAfter } : {};
  if (parsed.success) {
    return new EnxameError(parsed.data.code, parsed.data.detail ?? parsed.data.title, options);
  }
  return new EnxameError(codeFor(response.status), `The server answered with status ${response.status}.`, options);
}

/** A request that got no answer at all: the server or the network is out of reach. An abort stays what it is. */
export function unreachable(cause: unknown): unknown {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause;
  return new EnxameError('unavailable', 'Could not reach the server.', { cause });
}

/** Refusals that will not change by asking again: the version is over for this listener. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'version_retired',
  'file_missing',
  'track_withdrawn',
  'account_disabled',
  'not_found',
  'forbidden',
]);

export function isFinal(code: ErrorCode): boolean {
  return FINAL.has(code);
}

function codeFor(status: number): ErrorCode {
  if (status === 401) return 'bad_token';
  if (status === 410) return 'version_retired';
  const entry = Object.entries(errorStatus).find(([, known]) => known === status);
  return status >= 500 || entry === undefined ? 'unavailable' : (entry[0] as ErrorCode);
}
