/** Failures with a reason, apart from their schemas (errors.ts), so that a page can draw itself before it has loaded those. */

/** Every reason that crosses a boundary, with the HTTP status the gateway answers. Code decides by the key. */
export const errorStatus = {
  invalid_request: 400,
  not_signed_in: 401,
  bad_token: 401,
  forbidden: 403,
  wrong_password: 403,
  account_disabled: 403,
  signup_closed: 403,
  track_withdrawn: 403,
  not_assigned: 403,
  not_found: 404,
  conflict: 409,
  file_missing: 410,
  version_retired: 410,
  too_large: 413,
  range_not_satisfiable: 416,
  format_unsupported: 415,
  too_many_streams: 429,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
  disk_full: 503,
  timeout: 504,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** An error as it crosses the bus or a socket. `message` is for a person: no secret, no path, no stack. */
export interface WireError {
  code: ErrorCode;
  message: string;
  retryAfterS?: number | undefined;
}

/** An expected failure with a reason that code can tell apart and a sentence that a person can act on. */
export class EnxameError extends Error {
  override readonly name = 'EnxameError';
  readonly code: ErrorCode;
  readonly retryAfterS: number | undefined;
  constructor(code: ErrorCode, message: string, options: { retryAfterS?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterS = options.retryAfterS;
  }
}

/** By shape and not by `instanceof`: in one process Next's bundle and the host load this module twice. */
export function isEnxameError(error: unknown): error is EnxameError {
  return error instanceof Error && error.name === 'EnxameError' && 'code' in error;
}

/** What may be told to others about any thrown value: an expected error as it is, anything else as `internal`. */
export function toWireError(error: unknown): WireError {
  if (!isEnxameError(error)) return { code: 'internal', message: 'Something went wrong on the server.' };
  return {
    code: error.code,
    message: error.message.slice(0, 500),
    ...(error.retryAfterS === undefined ? {} : { retryAfterS: error.retryAfterS }),
  };
}

export function fromWireError(wire: WireError): EnxameError {
  return new EnxameError(
    wire.code,
    wire.message,
    wire.retryAfterS === undefined ? {} : { retryAfterS: wire.retryAfterS },
  );
}
