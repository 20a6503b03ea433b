'use client';
import { Pause, Play, Shuffle, SkipBack, SkipForward } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { sounds } from '@/lib/player/api';
import { useListening, usePlayerState } from '../listening/context';
import { IconButton } from '../ui/button';
import { HEXAGON } from '../ui/hexagon';
import { NEXT_REPEAT, OnMark, RepeatButton } from './repeat-button';

/** Play or pause: the one hexagon on the page that is pressed. */
export function PlayButton({ className = 'size-11' }: { className?: string }) {
  const t = useTranslations('player');
  const { command } = useListening();
  const status = usePlayerState((state) => state.status);
  const nothing = usePlayerState((state) => state.queue.length === 0);
  const running = sounds({ status });
  const waiting = status === 'loading' || status === 'stalled';
  const Icon = running ? Pause : Play;
  return (
    <button
      type="button"
      aria-label={running ? t('pause') : t('play')}
      title={running ? t('pause') : t('play')}
      disabled={nothing}
      onClick={() => command((player) => player.toggle())}
      className={`relative grid shrink-0 place-items-center rounded-full text-on-honey transition-transform active:scale-95 disabled:opacity-45 ${className}`}
    >
      <svg
        viewBox="0 0 24 24"
        aria-hidden="true"
        className={`absolute inset-0 size-full ${waiting ? 'animate-breathe' : ''}`}
      >
        <path d={HEXAGON} fill="var(--honey)" />
      </svg>
      <Icon className={`relative size-[42%] fill-current ${running ? '' : 'ml-[6%]'}`} aria-hidden="true" />
    </button>
  );
}

/** Previous, play, next; shuffle and repeat on their sides. */
export function Transport({ large = false }: { large?: boolean }) {
  const t = useTranslations('player');
  const { command } = useListening();
  const empty = usePlayerState((state) => state.queue.length === 0);
  const shuffle = usePlayerState((state) => state.shuffle);
  const repeat = usePlayerState((state) => state.repeat);
  const icon = large ? 'size-6' : 'size-[1.15rem]';
  return (
    <fieldset aria-label={t('transport')} className={`flex items-center ${large ? 'justify-between' : 'gap-1'}`}>
      <IconButton
        label={t('shuffle')}
        pressed={shuffle}
        onClick={() => command((p) => p.setShuffle(!shuffle))}
        className="relative"
      >
        <Shuffle className="size-[1.15rem]" aria-hidden="true" />
        {shuffle && <OnMark />}
      </IconButton>
      <IconButton label={t('previous')} disabled={empty} onClick={() => command((p) => p.previous())}>
        <SkipBack className={`fill-current ${icon}`} aria-hidden="true" />
      </IconButton>
      <PlayButton className={large ? 'size-18' : 'size-10'} />
      <IconButton label={t('next')} disabled={empty} onClick={() => command((p) => p.next())}>
        <SkipForward className={`fill-current ${icon}`} aria-hidden="true" />
      </IconButton>
      <RepeatButton
        repeat={repeat}
        label={t(`repeat.${repeat}`)}
        onClick={() => command((p) => p.setRepeat(NEXT_REPEAT[repeat]))}
      />
    </fieldset>
  );
}
