import { issuesOf } from '@/lib/client/http-errors';
import { type EnxameError, type ErrorCode, isEnxameError, toWireError } from '@/lib/contracts/errors';

/** Exit codes of the client; docs/client.md promises them to scripts. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notSignedIn: 3,
  refused: 4,
  unavailable: 5,
  interrupted: 130,
} as const;

/** What was typed cannot be done as it stands. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Who asked broke off: Ctrl-C, or Esc in a menu. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  not_signed_in: EXIT.notSignedIn,
  bad_token: EXIT.notSignedIn,
  internal: EXIT.unexpected,
  unavailable: EXIT.unavailable,
  timeout: EXIT.unavailable,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (!isEnxameError(error)) return EXIT.unexpected;
  return BY_CODE[error.code] ?? EXIT.refused;
}

/** What went wrong, for a person: a sentence and, where there is one, what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Interrupted) return 'Interrupted.';
  if (error instanceof UsageError) return error.message;
  if (!isEnxameError(error)) return 'Something went wrong in this program. Set DEBUG=1 for details.';
  const sentence = withIssues(error);
  return error.code === 'not_signed_in' ? `${sentence} Run: enxame sign-in` : sentence;
}

/** The same for a script: as the gateway's problem documents name it. */
export function problemOf(error: unknown): object {
  if (error instanceof UsageError) return { code: 'usage', detail: error.message };
  if (error instanceof Interrupted) return { code: 'interrupted', detail: 'Interrupted.' };
  const { code, message, retryAfterS } = toWireError(error);
  const detail = isEnxameError(error) ? withIssues(error) : message;
  return { code, detail, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}

/** The sentence, and which fields were wrong. */
function withIssues(error: EnxameError): string {
  const fields = issuesOf(error).map(({ path, message }) => `${path}: ${message}`);
  return [error.message, fields.join('; ')].filter(Boolean).join(' ');
}
