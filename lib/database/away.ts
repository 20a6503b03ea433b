import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { diskFull } from './disk-space';

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
/** Of Node, and of PostgreSQL: class 53, insufficient resources. */
const FULL = /^(ENOSPC|EDQUOT|53100)$/;
/** Libraries wrap errors; none so deep. */
const MAX_DEPTH = 5;
const COME_AGAIN_S = 2;

/** Whether an error says that the database cannot be reached now, and not that the question was wrong. */
export function databaseIsAway(error: unknown): boolean {
  return chain(error).some((at) => NETWORK.has(codeOf(at)) || SERVER.test(codeOf(at)) || DRIVER.test(at.message));
}

/** What to answer when the database is away (`unavailable`) or has no room (`disk_full`); null for a fault of another kind. */
export function databaseFailure(error: unknown): EnxameError | null {
  const errors = chain(error);
  const told = errors.find((at) => isEnxameError(at) && at.code === 'disk_full');
  if (told !== undefined) return told as EnxameError;
  if (errors.some((at) => FULL.test(codeOf(at)))) return diskFull(error);
  return databaseIsAway(error) ? databaseAway(error) : null;
}

/** An error and what caused it. */
function chain(error: unknown): Error[] {
  const errors: Error[] = [];
  for (let at = error; errors.length < MAX_DEPTH && at instanceof Error; at = at.cause) errors.push(at);
  return errors;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function databaseAway(cause: unknown): EnxameError {
  return new EnxameError('unavailable', 'The database is unavailable. Try again in a moment.', {
    retryAfterS: COME_AGAIN_S,
    cause,
  });
}
