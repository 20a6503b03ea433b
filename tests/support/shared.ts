/** A part of the servers that all test files share (`shared-servers.ts`) for the file that asks, and a database in memory. */
import { readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import type { Database } from '@/lib/database/database';
import { openPgliteInMemory } from '@/lib/database/pglite';

/** @returns address of a virtual host with nothing in it. The node itself is not to be stopped: see `startRabbitmq` */
export const sharedRabbitmq = (): Promise<string> => ask('/rabbitmq');

/** @returns address of a new database. The server itself is not to be stopped: see `startPostgres` */
export const sharedPostgres = (): Promise<string> => ask('/postgres');

/** A new PGlite database in memory. */
export async function openTestPglite(): Promise<Database> {
  const template = await ask('/pglite');
  return openPgliteInMemory(new Blob([await readFile(template)]));
}

async function ask(path: string): Promise<string> {
  const response = await fetch(inject('sharedServers') + path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
