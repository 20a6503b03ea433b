/** Failed requests as errors: one parser for every client. */
import { EnxameError, type ErrorCode, isEnxameError, type Problem, problem } from '@/lib/contracts/errors';

/** Who was asked. A 401 without a reason means at the gateway that nobody is signed in, and at the origin that the ticket is not valid. */
export type Asked = 'gateway' | 'origin';

/**
 * A refusal as an error: what its problem document says (which becomes the `cause`), or else what its status means.
 * @param sentence the message where there is no document
 */
export async function errorFromResponse(
  response: Response,
  asked: Asked,
  sentence = (status: number) => `The server answered with status ${status}.`,
): Promise<EnxameError> {
  const { status } = response;
  const told = problem.safeParse(await response.json().catch(() => null));
  const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = Number.isFinite(retryAfterS) ? { retryAfterS } : {};
  if (told.success) {
    return new EnxameError(told.data.code, told.data.detail ?? told.data.title, { ...options, cause: told.data });
  }
  return new EnxameError(codeOf(status, asked), sentence(status), options);
}

/** The fields that a refusal complains of, and why. */
export function issuesOf(error: unknown): NonNullable<Problem['issues']> {
  const told = problem.safeParse(isEnxameError(error) ? error.cause : null);
  return told.success ? (told.data.issues ?? []) : [];
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

/** What a status means without a document, such as one that a proxy answers. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'version_retired',
  413: 'too_large',
  415: 'format_unsupported',
  416: 'range_not_satisfiable',
  422: 'invalid_request',
  429: 'too_many_requests',
};

function codeOf(status: number, asked: Asked): ErrorCode {
  if (status === 401) return asked === 'gateway' ? 'not_signed_in' : 'bad_token';
  return BY_STATUS[status] ?? (status >= 502 ? 'unavailable' : 'internal');
}
