/** Answers of the OpenSubsonic API as they are sent: XML, JSON or JSONP, always with status 200. */
import { type ErrorCode, isEnxameError } from '@/lib/contracts/errors';
import type { Envelope } from '@/lib/contracts/subsonic';
import { databaseFailure } from '@/lib/database/away';
import { version as serverVersion } from '@/package.json';
import { toXml } from './xml';

/** The last version of the Subsonic API; OpenSubsonic builds on it. */
export const API_VERSION = '1.16.1';

/** Codes of errors: https://opensubsonic.netlify.app/docs/responses/error/ */
export const ERROR = {
  generic: 0,
  missingParameter: 10,
  wrongCredentials: 40,
  mechanismNotSupported: 42,
  conflictingCredentials: 43,
  invalidApiKey: 44,
  notAllowed: 50,
  notFound: 70,
} as const;

/** A failure that the API has a code of its own for. */
export class RestError extends Error {
  override readonly name = 'RestError';
  constructor(
    readonly code: number,
    message: string,
    readonly retryAfterS?: number,
  ) {
    super(message);
  }
}

/** Asked for by `f`. JSONP calls the function that `callback` names. */
export interface Format {
  kind: 'xml' | 'json' | 'jsonp';
  callback: string;
}

/** @throws {RestError} for a JSONP callback that is no name: it would be run as a script */
export function readFormat(params: URLSearchParams): Format {
  const f = params.get('f') ?? 'xml';
  const callback = params.get('callback') ?? '';
  if (f !== 'jsonp') return { kind: f === 'json' ? 'json' : 'xml', callback: '' };
  if (/^[A-Za-z_$][\w$.]{0,99}$/.test(callback)) return { kind: 'jsonp', callback };
  throw new RestError(ERROR.missingParameter, 'JSONP needs the parameter "callback", the name of a function.');
}

export function succeeded(format: Format, answer: object): Response {
  return send(format, { ...head('ok'), ...answer });
}

/** @param unexpected called for what nobody expected, to be logged */
export function failed(format: Format, error: unknown, unexpected: () => void): Response {
  const { code, message, retryAfterS } = toRestError(error, unexpected);
  const response = send(format, { ...head('failed'), error: { code, message } });
  if (retryAfterS !== undefined) response.headers.set('retry-after', String(Math.ceil(retryAfterS)));
  return response;
}

const head = (status: Envelope['status']) =>
  ({ status, version: API_VERSION, type: 'enxame', serverVersion, openSubsonic: true }) as const;

const CODES: Partial<Record<ErrorCode, number>> = {
  not_signed_in: ERROR.wrongCredentials,
  account_disabled: ERROR.notAllowed,
  forbidden: ERROR.notAllowed,
  not_found: ERROR.notFound,
  track_withdrawn: ERROR.notFound,
  file_missing: ERROR.notFound,
};

function toRestError(error: unknown, unexpected: () => void): RestError {
  if (error instanceof RestError) return error;
  const known = isEnxameError(error) ? error : databaseFailure(error);
  if (known === null || known.code === 'internal') unexpected();
  if (known === null) return new RestError(ERROR.generic, 'Something went wrong on the server.');
  return new RestError(CODES[known.code] ?? ERROR.generic, known.message, known.retryAfterS);
}

function send({ kind, callback }: Format, body: object): Response {
  const headers = { 'cache-control': 'no-store' };
  if (kind === 'xml') {
    return new Response(toXml('subsonic-response', { xmlns: 'http://subsonic.org/restapi', ...body }), {
      headers: { ...headers, 'content-type': 'application/xml; charset=utf-8' },
    });
  }
  const json = JSON.stringify({ 'subsonic-response': body });
  if (kind === 'json') {
    return new Response(json, { headers: { ...headers, 'content-type': 'application/json; charset=utf-8' } });
  }
  // These two end a line of script, though not one of JSON.
  const script = json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return new Response(`${callback}(${script});`, {
    headers: { ...headers, 'content-type': 'application/javascript; charset=utf-8' },
  });
}
