import { EnxameError } from '@/lib/contracts/errors';

/** Of Node: nobody listens, or the connection broke. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);
/**
 * Of PostgreSQL (Appendix A): class 08 is connections; 57P01 to 57P03 a server that ends, crashed or starts; 53300 one that takes no more.
 */
const SERVER = /^(08...|57P0[123]|53300)$/;
/** What node-postgres says without a code. */
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
/** Libraries wrap errors; none so deep. */
const MAX_DEPTH = 5;
const COME_AGAIN_S = 2;

/** Whether an error says that the database cannot be reached now, and not that the question was wrong. */
export function databaseIsAway(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < MAX_DEPTH && at instanceof Error; depth++, at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    if (NETWORK.has(code) || SERVER.test(code) || DRIVER.test(at.message)) return true;
  }
  return false;
}

export function databaseAway(cause: unknown): EnxameError {
  return new EnxameError('unavailable', 'The database is away. Try again in a moment.', {
    retryAfterS: COME_AGAIN_S,
    cause,
  });
}
