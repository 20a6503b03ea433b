import type { Accepted, PublicPerson } from '@/lib/contracts/http';
import { json } from './route';
import type { Runtime } from './runtime';

/** 202: the broker has the command durably; a fact that names it will say what became of it. */
export function accept(messageId: string, playlistId: string): Response {
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
}

/** What may be seen of the accounts among `named`; an address stands for itself. */
export async function peopleAmong(runtime: Runtime, named: Iterable<string>): Promise<PublicPerson[]> {
  return runtime.accounts.publicPeople([...new Set(named)].filter((name) => !name.includes('@')));
}
