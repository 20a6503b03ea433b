import type { Account } from '@/lib/auth/sessions';
import type { Accepted, PlaylistPerson } from '@/lib/contracts/http';
import type { Runtime } from '@/lib/host/runtime';
import { json } from './route';

/** 202: the broker has the command durably; a fact that names it will say what became of it. */
export function accept(messageId: string, playlistId: string): Response {
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
}

/** Names for account identifiers. `emails`: whether who asks may see the addresses too. */
export async function namesOf(
  runtime: Runtime,
  ids: Iterable<Account['id']>,
  { emails }: { emails: boolean } = { emails: false },
): Promise<PlaylistPerson[]> {
  const people = await runtime.accounts.peopleNamed([...new Set(ids)]);
  return people.map(({ id, name, email }) => (emails ? { id, name, email } : { id, name }));
}
