import { type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

/** Libraries wrap errors; none so deep. */
const MAX_DEPTH = 5;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Class 22 (data exception): the message quotes the value. */
const QUOTES_VALUES = /^22/;

/**
 * An error as the log has it: what failed and where. Never values of a query: those are names, addresses and tokens of people. They
 * stand in a query's parameters, in the message of what wraps it, and in the detail of the database's own error.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth >= MAX_DEPTH) return error instanceof Error ? error.name : error;
  const { code, query, severity, schema, table, column, constraint } = error as Error & Record<string, unknown>;
  const isOfDatabase = typeof code === 'string' && SQLSTATE.test(code) && severity !== undefined;
  const quotes = isOfDatabase && QUOTES_VALUES.test(code);
  const message = quotes ? error.message.replace(/".*"/gs, '"…"') : error.message;
  return {
    type: error.name,
    message: typeof query === 'string' && 'params' in error && !isOfDatabase ? `Failed query: ${query}` : message,
    ...(code === undefined ? {} : { code }),
    ...(isOfDatabase ? { schema, table, column, constraint } : {}),
    // Its first lines are the message again.
    stack: error.stack?.match(/^ +at .*$/gm)?.join('\n'),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

export const logOptions = {
  serializers: { error: describeError, err: describeError },
  hooks: {
    // Of an error alone pino takes the message as it is.
    logMethod([first, ...rest], method) {
      if (first instanceof Error && rest.length === 0) method.apply(this, [{ error: first }, 'an error']);
      else method.apply(this, [first, ...rest] as Parameters<typeof method>);
    },
  },
} satisfies LoggerOptions;

/** JSON on standard output; readable lines on a terminal. */
export function makeLog(level: string, name: string): Log {
  const options = { ...logOptions, level, name, base: { name } };
  if (!process.stdout.isTTY) return pino(options);
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
  });
}
