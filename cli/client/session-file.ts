import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

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
