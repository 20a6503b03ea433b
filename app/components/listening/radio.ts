'use client';
/** Endless radio of this browser: whether it is on, and what it asks for. Off until somebody switches it on: a queue ends where it ends. */
import type { Player } from '@/lib/player/api';
import { gateway } from '../ask';
import { newSeed } from '../library/list-address';
import { keptSwitch, useKept } from './kept-switch';

/** Tracks that are added at a time: few, so that what plays next follows what was heard last. */
const AT_A_TIME = 10;

const radio = keptSwitch('enxame.radio', false);

/** Whether it is on, and its switch. */
export const useRadio = (): [boolean, (on: boolean) => void] => [useKept(radio), radio.turn];

/** Lets the queue of a tab go on, while that is switched on. */
export async function followRadio(player: Player): Promise<void> {
  const { followQueue } = await import('@/lib/player/endless-radio');
  followQueue({
    player,
    isOn: radio.isOn,
    onSwitch: radio.onSwitch,
    ask: async (ids, without) => {
      const question = { of: { kind: 'tracks', ids }, without, limit: AT_A_TIME, seed: newSeed() } as const;
      return (await gateway.mix(question)).tracks;
    },
  });
}
