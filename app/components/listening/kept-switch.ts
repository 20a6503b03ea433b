'use client';
import { useSyncExternalStore } from 'react';

/** A choice between on and off that this browser keeps; its tabs follow each other. */
export interface KeptSwitch {
  byDefault: boolean;
  isOn(): boolean;
  turn(on: boolean): void;
  /** @returns unsubscribe */
  onSwitch(listener: () => void): () => void;
}

/** @param byDefault where nothing was chosen */
export function keptSwitch(key: string, byDefault: boolean): KeptSwitch {
  const listeners = new Set<() => void>();
  /** Where nothing can be remembered it holds for this page. */
  let chosen: boolean | null = null;
  return {
    byDefault,
    isOn() {
      if (chosen !== null) return chosen;
      try {
        const kept = localStorage.getItem(key);
        return kept === null ? byDefault : kept === 'on';
      } catch {
        return byDefault;
      }
    },
    turn(on) {
      chosen = on;
      try {
        localStorage.setItem(key, on ? 'on' : 'off');
      } catch {}
      for (const listener of [...listeners]) listener();
    },
    onSwitch(listener) {
      const heard = (event: StorageEvent) => {
        if (event.key !== key) return;
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
    },
  };
}

export const useKept = ({ onSwitch, isOn, byDefault }: KeptSwitch) =>
  useSyncExternalStore(onSwitch, isOn, () => byDefault);
