import type { PublicPerson } from '@/lib/contracts/api/playlists';
import type { Runtime } from './runtime';

/** What may be seen of the accounts among `named`; an address stands for itself. */
export async function peopleAmong(runtime: Runtime, named: Iterable<string>): Promise<PublicPerson[]> {
  return runtime.accounts.publicPeople([...new Set(named)].filter((name) => !name.includes('@')));
}
