'use client';
/** Endless radio of this browser: whether it is on, and what it asks for. Off until somebody switches it on: a queue ends where it ends. */
import { useCallback, useSyncExternalStore } from 'react';
import type { Player } from '@/lib/player/api';
import { gateway } from '../ask';

const KEY = 'enxame.radio';
/** Tracks that are added at a time: few, so that what plays next follows what was heard last. */
const AT_A_TIME = 10;

const listeners = new Set<() => void>();
/** Where nothing can be remembered it holds for this page. */
let chosen: boolean | null = null;

function isOn(): boolean {
  if (chosen !== null) return chosen;
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

function onSwitch(listener: () => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    // Another tab has switched it.
    chosen = null;
    listener();
  };
  listeners.add(listener);
  addEventListener('storage', heard);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', heard);
  };
}

/** Whether it is on, and its switch. */
export function useRadio(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(onSwitch, isOn, () => false);
  const turn = useCallback((to: boolean) => {
    chosen = to;
    try {
      localStorage.setItem(KEY, to ? 'on' : 'off');
    } catch {}
    tell();
  }, []);
  return [on, turn];
}

/** Lets the queue of a tab go on, while that is switched on. */
export async function followRadio(player: Player): Promise<void> {
  const { followQueue } = await import('@/lib/player/endless-radio');
  followQueue({
    player,
    isOn,
    onSwitch,
    ask: async (ids, without) => {
      const seed = Math.floor(Math.random() * 0x7fff_ffff);
      const question = { of: { kind: 'tracks', ids }, without, limit: AT_A_TIME, seed } as const;
      return (await gateway.mix(question)).tracks;
    },
  });
}
