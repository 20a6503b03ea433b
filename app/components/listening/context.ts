'use client';
import { useTranslations } from 'next-intl';
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ServerConnection } from '@/lib/client/connection';
import { MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import type { SharingMode } from '@/lib/contracts/signaling';
import { NO_PLAYER, type Player, type PlayerState } from '@/lib/player/api';
import type { Devices } from '@/lib/player/remote/devices';
import type { PeerSnapshot, SwarmPeer } from '@/lib/swarm/api';
import { toast } from '../ui/toast';

/** The tab's player, connection and peer; null until they are loaded, the peer also where this tab cannot take part. */
export interface Listening {
  /** What the pages show and control: this tab's player, or that of the device that was chosen. */
  player: Player | null;
  /** This tab's. */
  own: Player | null;
  connection: ServerConnection | null;
  swarm: SwarmPeer | null;
  /** Runs once the player is there: a press is never lost to loading. */
  command: (act: (player: Player) => void) => void;
  mode: SharingMode;
  setMode: (mode: SharingMode) => void;
}

export const ListeningContext = createContext<Listening | null>(null);

export function useListening(): Listening {
  const listening = useContext(ListeningContext);
  if (listening === null) throw new Error('useListening needs a ListeningProvider above it');
  return listening;
}

/** Apart from the others, so that nothing is drawn anew when it comes. */
export const DevicesContext = createContext<Devices | null>(null);

/** The listener's other devices; null until that is loaded, and where it is turned off. */
export const useDeviceLink = () => useContext(DevicesContext);

const never = () => () => {};

/** @param select must answer a primitive or a part of the state itself, so that only its changes render */
export function usePlayerState<T>(select: (state: PlayerState) => T): T {
  const { player } = useListening();
  const read = () => select(player === null ? NO_PLAYER : player.state());
  return useSyncExternalStore(player === null ? never : player.subscribe, read, () => select(NO_PLAYER));
}

export const useCurrentTrack = () => usePlayerState((state) => state.queue[state.index]?.track ?? null);

/** Live, at most four times a second; null while there is no peer. */
export function useSwarmSnapshot(): PeerSnapshot | null {
  const { swarm } = useListening();
  const [snapshot, setSnapshot] = useState<PeerSnapshot | null>(null);
  useEffect(() => {
    if (swarm === null) return;
    const look = () => setSnapshot(swarm.snapshot());
    look();
    return swarm.subscribe(look);
  }, [swarm]);
  return swarm === null ? null : snapshot;
}

/** Whether a track can be played, as the catalogue last said. */
export const isPlayable = (track: Pick<PlayableTrack, 'withdrawn' | 'missing'>) => !track.withdrawn && !track.missing;

/** Plays these tracks from one of them on; those that cannot be played are left out. Says so where they are more than a queue holds. */
export function usePlayTracks() {
  const t = useTranslations('track');
  const { command } = useListening();
  return useCallback(
    (tracks: readonly PlayableTrack[], index = 0) => {
      const chosen = tracks[index];
      const playable = tracks.filter(isPlayable);
      if (playable.length === 0) return;
      const from = chosen === undefined ? 0 : Math.max(0, playable.indexOf(chosen));
      command((player) => player.playNow(playable, from));
      if (playable.length > MAX_QUEUE_ITEMS) toast(t('queueBound', { count: MAX_QUEUE_ITEMS }));
    },
    [command, t],
  );
}

type PlayableTrack = Parameters<Player['playNow']>[0][number];
