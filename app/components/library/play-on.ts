'use client';
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { MAX_LIST_PAGE, MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import type { Player } from '@/lib/player/api';
import { useErrorText } from '../errors';
import { isPlayable, useListening, usePlayTracks } from '../listening/context';
import { toast } from '../ui/toast';
import type { Part } from './paged-list';

/** A long list of the server, as far as playing it needs it. */
export interface LongList {
  fetch: (page: { offset: number; limit: number }) => Promise<Part<Track>>;
  /** What is there of it, in a row. */
  tracks: readonly Track[];
  /** Place of the first of them in the list. */
  offset: number;
  /** Which of them plays first. */
  index: number;
}

/** Reads on once there is sound, or after this: nothing goes before the sound (ms). */
const READ_ON_AFTER_MS = 3000;

/**
 * Plays a long list of which the page has a part: that part at once, and what follows it is added behind, up to what a queue holds. Ends when
 * the listener plays something else meanwhile.
 */
export function usePlayOn(): (list: LongList) => void {
  const t = useTranslations('track');
  const errorText = useErrorText();
  const { command } = useListening();
  const playTracks = usePlayTracks();
  return useCallback(
    ({ fetch, tracks, offset, index }) => {
      playTracks(tracks, index);
      command((player) => {
        const own = new Set(player.state().queue.map(({ key }) => key));
        const readOn = async () => {
          await sound(player);
          if (await addRest(player, own, offset + tracks.length, fetch))
            toast(t('queueBound', { count: MAX_QUEUE_ITEMS }));
        };
        readOn().catch((error) => toast.error(errorText(error)));
      });
    },
    [t, errorText, command, playTracks],
  );
}

/**
 * @param own keys of the queue that the list began
 * @returns whether some of it did not fit
 */
export async function addRest(
  player: Pick<Player, 'state' | 'enqueue' | 'setShuffle'>,
  own: ReadonlySet<string>,
  from: number,
  fetch: LongList['fetch'],
): Promise<boolean> {
  const isOwn = () => player.state().queue.some(({ key }) => own.has(key));
  if (!isOwn()) return false;
  for (let offset = from, total = from + 1; offset < total; offset += MAX_LIST_PAGE) {
    const part = await fetch({ offset, limit: MAX_LIST_PAGE });
    if (!isOwn()) return false;
    total = part.total;
    const playable = part.items.filter(isPlayable);
    if (player.enqueue(playable, 'end') < playable.length) {
      mix(player);
      return true;
    }
  }
  mix(player);
  return false;
}

/** What was added went to the end: shuffled, all of it is mixed once more. */
function mix(player: Pick<Player, 'state' | 'setShuffle'>): void {
  if (!player.state().shuffle) return;
  player.setShuffle(false);
  player.setShuffle(true);
}

function sound(player: Pick<Player, 'state' | 'subscribe'>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, READ_ON_AFTER_MS);
    const stop = player.subscribe(() => {
      if (player.state().status === 'playing' && player.state().positionS > 0) done();
    });
  });
}
