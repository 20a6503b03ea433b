import type { AppCredentials } from '@/lib/auth/app-passwords';
import { ERROR, RestError } from './envelope';

/** Limits of what is hashed and looked up. */
const MAX_CHARS = 300;

/**
 * How a request says who it is: `u` with `t` and `s` (a token), or with `p` (an app password, also in hexadecimal behind `enc:`), or
 * `apiKey` alone.
 * @throws {RestError}
 */
export function readCredentials(given: URLSearchParams): AppCredentials {
  const value = (name: string) => {
    const text = given.get(name);
    return text === null || text === '' || text.length > MAX_CHARS ? null : text;
  };
  const [key, userName, password, token, salt] = ['apiKey', 'u', 'p', 't', 's'].map(value);
  const conflicting =
    key != null ? [userName, password, token].some((other) => other != null) : password != null && token != null;
  if (conflicting) {
    throw new RestError(
      ERROR.conflictingCredentials,
      'Send one kind of credentials: "apiKey" alone, or "u" with "t" and "s", or "u" with "p".',
    );
  }
  if (key != null) return { kind: 'key', key };
  if (userName == null) throw missing('u');
  if (password != null) return { kind: 'password', userName, password: decoded(password) };
  if (token == null) throw missing('t');
  if (salt == null) throw missing('s');
  return { kind: 'token', userName, token, salt };
}

const missing = (name: string) => new RestError(ERROR.missingParameter, `The parameter "${name}" is missing.`);

/** A password may be sent in hexadecimal, so that nobody reads it in passing. */
function decoded(password: string): string {
  const hexadecimal = /^enc:((?:[\da-f]{2})+)$/i.exec(password)?.[1];
  return hexadecimal === undefined ? password : Buffer.from(hexadecimal, 'hex').toString('utf8');
}
