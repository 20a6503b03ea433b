'use client';
import { Moon, SlidersHorizontal } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useListening, usePlayerState } from '../listening/context';
import { IconButton } from '../ui/button';
import { PlayerPopover } from './player-popover';
import { SoundPanel } from './sound-panel';

/** Speed, sleep timer and volume levelling. What is not as usual is shown beside the button. */
export function SoundMenu() {
  const t = useTranslations('player');
  const on = useWhatIsOn();
  const sleeps = usePlayerState((state) => state.sleep !== null);
  const Icon = sleeps ? Moon : SlidersHorizontal;
  const { player, own } = useListening();
  // Another device keeps its own choices.
  if (player !== own) return null;
  return (
    <PlayerPopover
      label={t('sound')}
      className="w-[min(22rem,calc(100vw-1rem))] p-4"
      trigger={
        <IconButton
          label={[t('sound'), ...on].join(', ')}
          className={
            on.length === 0 ? '' : 'w-auto! min-w-10 grid-flow-col gap-1.5 text-accent! max-md:px-2.5 xl:px-2.5'
          }
        >
          <Icon className="size-[1.15rem]" aria-hidden="true" />
          {on.length > 0 && (
            <span aria-hidden="true" className="text-xs font-semibold md:max-xl:hidden numbers">
              {on.join(' · ')}
            </span>
          )}
        </IconButton>
      }
    >
      <SoundPanel />
    </PlayerPopover>
  );
}

/** In few words: `1.5×`, `12 min`. */
function useWhatIsOn(): string[] {
  const t = useTranslations('player');
  const format = useFormatter();
  const speed = usePlayerState((state) => state.speed);
  const sleep = usePlayerState((state) => state.sleep);
  const left = useMinutesLeft(sleep?.kind === 'time' ? sleep.at : null);
  return [
    ...(speed === 1 ? [] : [t('speedValue', { speed: format.number(speed) })]),
    ...(left === null ? [] : [t('minutes', { count: left })]),
    ...(sleep?.kind === 'track' ? [t('endOfTrack')] : []),
    ...(sleep?.kind === 'queue' ? [t('endOfQueue')] : []),
  ];
}

/** @param at epoch ms; null: there is no such time */
function useMinutesLeft(at: number | null): number | null {
  const LOOK_EVERY_MS = 5_000;
  const [, look] = useState(0);
  useEffect(() => {
    if (at === null) return;
    const timer = setInterval(() => look((times) => times + 1), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(1, Math.ceil((at - Date.now()) / 60_000));
}
