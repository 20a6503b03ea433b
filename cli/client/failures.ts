import { type Command, CommanderError } from 'commander';
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

/** The sentence, and those of the fields that it does not have already. */
function withIssues(error: EnxameError): string {
  const more = issuesOf(error).map(({ message }) => message);
  return [error.message, ...more.filter((message) => !error.message.includes(message))].join(' ');
}

/**
 * Runs a program with the process's arguments, tells what went wrong, and ends the process with the exit code for it.
 * @param isEnd which errors are an orderly end
 */
export async function runProgram(program: Command, isEnd: (error: unknown) => boolean = () => false): Promise<never> {
  try {
    await program.parseAsync();
    process.exitCode = EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else if (isEnd(error)) process.exitCode = EXIT.ok;
    else {
      if (process.env.DEBUG) console.error(error);
      const asJson = program.opts<{ json?: boolean }>().json === true;
      process.stderr.write(asJson ? `${JSON.stringify(problemOf(error))}\n` : `${sentenceOf(error)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  }
  // Sockets, timers and kept-alive connections would hold the process for seconds; what was written is flushed first.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit();
}
