'use client';
import { useEffect, useState } from 'react';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { type WatchState, watchSwarm } from '../swarm-watch';

/** Seconds of rates that are kept for the chart. */
const KEPT_S = 60;

export interface Watched {
  state: WatchState;
  snapshot: SwarmSnapshot | null;
  rates: readonly SwarmSnapshot['rates'][];
}

export function useSwarmWatch(): Watched {
  const [watched, setWatched] = useState<Watched>({ state: 'connecting', snapshot: null, rates: [] });
  useEffect(
    () =>
      watchSwarm({
        state: (state) => setWatched((old) => ({ ...old, state })),
        snapshot: (snapshot) =>
          setWatched((old) => ({ ...old, snapshot, rates: [...old.rates.slice(1 - KEPT_S), snapshot.rates] })),
      }),
    [],
  );
  return watched;
}
