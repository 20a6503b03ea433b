'use client';
/** The whole swarm as the signaling server sees it, for administrators: over the tab's connection. */
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import type { ServerConnection } from '@/lib/client/connection';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import { type SwarmSnapshot, swarmSnapshot } from '@/lib/contracts/signaling';
import { useListening } from '../listening/context';

type WatchState = 'connecting' | 'up' | 'refused';

/**
 * Calls back about once a second until stopped, again also when the connection was away.
 * @returns stop
 */
function watchSwarm(
  connection: Pick<ServerConnection, 'on' | 'onState' | 'getState' | 'ask'>,
  on: { snapshot: (snapshot: SwarmSnapshot) => void; state: (state: WatchState) => void },
): () => void {
  let stopped = false;
  const watch = async () => {
    const state = connection.getState();
    if (state !== 'up') return on.state(state);
    try {
      await connection.ask('watch', true);
      if (!stopped) on.state('up');
    } catch (error) {
      const isLasting = isEnxameError(error) && error.code === 'forbidden';
      if (!stopped) on.state(isLasting ? 'refused' : 'connecting');
    }
  };
  const stopNews = connection.on('swarm', (news) => {
    const snapshot = z.safeParse(swarmSnapshot, news);
    if (snapshot.success) on.snapshot(snapshot.data);
  });
  const stopState = connection.onState(() => void watch());
  void watch();
  return () => {
    stopped = true;
    stopNews();
    stopState();
    connection.ask('watch', false).catch(() => {});
  };
}

/** Seconds of rates that are kept for the chart. */
const KEPT_S = 60;

export interface Watched {
  state: WatchState;
  snapshot: SwarmSnapshot | null;
  rates: readonly SwarmSnapshot['rates'][];
}

export function useSwarmWatch(): Watched {
  const { connection } = useListening();
  const [watched, setWatched] = useState<Watched>({ state: 'connecting', snapshot: null, rates: [] });
  useEffect(() => {
    if (connection === null) return;
    return watchSwarm(connection, {
      state: (state) => setWatched((old) => ({ ...old, state })),
      snapshot: (snapshot) =>
        setWatched((old) => ({ ...old, snapshot, rates: [...old.rates.slice(1 - KEPT_S), snapshot.rates] })),
    });
  }, [connection]);
  return watched;
}
