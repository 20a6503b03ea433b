/** Keeps the names of what is queued up to date: an administrator may edit tags while they play. */
import type { ServerConnection } from '@/lib/client/connection';
import type { Track } from '@/lib/contracts/catalog';
import type { Player } from '@/lib/player/api';
import { inParts } from '@/lib/util/in-parts';

/** Tracks one question may name, so that its address stays short. */
const BATCH = 100;

/** @param ask tracks by their ids, those that exist */
export function followNames(
  connection: Pick<ServerConnection, 'onEvent'>,
  player: Pick<Player, 'state' | 'refresh'>,
  ask: (ids: string[]) => Promise<readonly Track[]>,
): void {
  connection.onEvent((event) => {
    if (event.type !== 'changed.tags') return;
    const { trackIds } = event.data;
    const changed = trackIds && new Set(trackIds);
    const queued = new Set(player.state().queue.map(({ track }) => track.id));
    const ids = [...queued].filter((id) => changed?.has(id) ?? true);
    // Out of reach: the names are as they were until the page is loaded anew.
    askAll(ids, ask).then(
      (tracks) => tracks.length > 0 && player.refresh(tracks),
      () => undefined,
    );
  });
}

/** One question after the other: every tab of every listener asks when many names change. */
async function askAll(ids: readonly string[], ask: (ids: string[]) => Promise<readonly Track[]>): Promise<Track[]> {
  const tracks: Track[] = [];
  for (const part of inParts(ids, BATCH)) tracks.push(...(await ask(part)));
  return tracks;
}
