import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { ServerConnection } from '@/lib/client/connection';
import { fromWireError } from '@/lib/contracts/enxame-error';
import type { Message } from '@/lib/contracts/messages';
import type { PendingChanges } from './playlists/pending-changes';
import { keys } from './queries';

/** Which answers an event makes stale. */
function staleAfter(event: Message): QueryKey[] {
  switch (event.type) {
    case 'changed.playlist':
      return [keys.playlists, keys.playlist(event.data.playlistId), keys.smartTracks(event.data.playlistId)];
    case 'changed.history':
      return [keys.history, keys.home, keys.smart];
    case 'changed.marks':
      return [keys.smart];
    case 'changed.import':
      return [keys.imports, keys.summary, keys.albums, keys.artists, keys.tracks, keys.home, keys.smart];
    case 'changed.track':
    case 'changed.version':
      return [
        keys.lyrics(event.data.trackId),
        keys.albums,
        keys.artists,
        keys.tracks,
        keys.home,
        keys.smart,
        ['search'],
        ['playlist'],
        keys.history,
        keys.summary,
      ];
    case 'changed.tags':
      return [
        keys.albums,
        keys.artists,
        keys.tracks,
        keys.home,
        keys.smart,
        keys.summary,
        keys.history,
        keys.tags,
        ['search'],
        ['playlist'],
        ['favourites'],
      ];
    case 'changed.account':
      return [keys.me, keys.people];
    default:
      return [];
  }
}

/**
 * Keeps what the pages show up to date: an event refetches what it made stale, and what a change of this tab awaits is told to it. After the
 * connection was away everything that is shown is refetched, once, since events may have been missed.
 * @param onRefused a change was refused that no change of this tab answers to: of a page before a reload, or of another tab
 * @returns unsubscribe
 */
export function followEvents(
  connection: Pick<ServerConnection, 'onEvent' | 'onReturn'>,
  client: QueryClient,
  changes: Pick<PendingChanges, 'onEvent' | 'returned'>,
  onRefused: (error: unknown) => void,
): () => void {
  const stopEvents = connection.onEvent((event) => {
    // A change of this tab refetches what it touched by itself.
    if (event.type === 'changed.playlist') {
      if (changes.onEvent(event)) return;
      if (event.data.refused !== undefined) onRefused(fromWireError(event.data.refused));
    }
    for (const queryKey of staleAfter(event)) void client.invalidateQueries({ queryKey });
  });
  const stopReturns = connection.onReturn(() => {
    changes.returned();
    void client.invalidateQueries();
  });
  return () => {
    stopEvents();
    stopReturns();
  };
}
