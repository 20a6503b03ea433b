import { isCancel, password } from '@clack/prompts';
import { Interrupted, UsageError } from './failures';

const MAX_CHARS = 1_000;

/** From standard input when that is asked for, else ENXAME_PASSWORD, else typed without being shown. Never an argument: those are seen by all. */
export async function askPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) {
    let text = '';
    for await (const piece of process.stdin) {
      text += piece;
      if (text.length > MAX_CHARS) break;
    }
    return text.replace(/\r?\n$/, '');
  }
  const given = process.env.ENXAME_PASSWORD;
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY)
    throw new UsageError('There is no terminal to ask for the password. Use --password-stdin or ENXAME_PASSWORD.');
  const typed = await password({ message: 'Password' });
  if (isCancel(typed)) throw new Interrupted();
  return typed;
}
