import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Message } from '@/lib/contracts/messages';
import { keys } from './queries';

/** Which answers a fact makes stale. */
export function staleAfter(fact: Message): QueryKey[] {
  switch (fact.type) {
    case 'changed.playlist':
      return [keys.playlists, keys.playlist(fact.data.playlistId)];
    case 'changed.history':
      return [keys.history];
    case 'changed.import':
      return [keys.imports, keys.summary, keys.albums, keys.artists];
    case 'changed.track':
    case 'changed.version':
      return [keys.albums, keys.artists, ['search'], ['playlist'], keys.history, keys.summary];
    case 'changed.account':
      return [keys.me, keys.people];
    default:
      return [];
  }
}

export function applyFact(client: QueryClient, fact: Message): void {
  for (const queryKey of staleAfter(fact)) void client.invalidateQueries({ queryKey });
}
