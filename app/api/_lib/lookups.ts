import type { PublicPerson } from '@/lib/contracts/api/account';
import type { Track } from '@/lib/contracts/catalog';
import { inParts } from '@/lib/util/in-parts';
import type { Call } from './route';
import type { Runtime } from './runtime';

/** Tracks one question may name. */
const BATCH = 500;

/** Each track once, of those that exist. Without the catalog the rest of an answer is still worth giving: then none. */
export async function askTracks(ask: Call['ask'], ids: string[]): Promise<Track[]> {
  return allTracks(ask, ids).catch(() => []);
}

/** Each track once, in the order asked, of those that exist. @throws {EnxameError} when the catalog does not answer */
export async function allTracks(ask: Call['ask'], ids: string[]): Promise<Track[]> {
  const distinct = [...new Set(ids)];
  const answers = inParts(distinct, BATCH).map((part) => ask('catalog.tracks', { ids: part }));
  return (await Promise.all(answers)).flatMap((answer) => answer.tracks);
}

/** What may be seen of the accounts among `named`; an address stands for itself. */
export async function peopleAmong(runtime: Runtime, named: Iterable<string>): Promise<PublicPerson[]> {
  return runtime.accounts.publicPeople([...new Set(named)].filter((name) => !name.includes('@')));
}
