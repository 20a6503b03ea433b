import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isCancel, password } from '@clack/prompts';
import * as z from 'zod';
import { Interrupted, UsageError } from './failures';

const file = z.object({ sessions: z.record(z.string(), z.object({ cookie: z.string(), email: z.string() })) });
export type SavedSession = z.infer<typeof file>['sessions'][string];

const folder = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'enxame');
const path = () => join(folder(), 'client.json');

async function readAll(): Promise<z.infer<typeof file>> {
  try {
    return file.parse(JSON.parse(await readFile(path(), 'utf8')));
  } catch {
    // None yet, or not ours to read: signing in makes it anew.
    return { sessions: {} };
  }
}

/** The session kept for a server; null when there is none. */
export async function readSession(server: string): Promise<SavedSession | null> {
  return (await readAll()).sessions[server] ?? null;
}

/** Keeps a session, or forgets it; whole or not at all, and readable by its owner only. */
export async function writeSession(server: string, session: SavedSession | null): Promise<void> {
  const all = await readAll();
  if (session === null) delete all.sessions[server];
  else all.sessions[server] = session;
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const draft = `${path()}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path());
}

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
