'use client';
import { useEffect, useState } from 'react';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { useListening } from '../listening/context';
import { type WatchState, watchSwarm } from '../swarm-watch';

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
