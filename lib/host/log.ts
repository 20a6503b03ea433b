import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON on standard output; readable lines on a terminal. */
export function makeLog(level: string, name: string): Log {
  const options = { level, name, base: { name } };
  if (!process.stdout.isTTY) return pino(options);
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
  });
}
