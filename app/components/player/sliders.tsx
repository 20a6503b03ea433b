'use client';
import { Volume1, Volume2, VolumeX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { clock, share } from '../format';
import { later } from '../later';
import { useListening, usePlayerState } from '../listening/context';
import { IconButton } from '../ui/button';

/** Grey until it can be dragged. */
const Slider = later(
  () => import('../ui/slider').then((module) => module.Slider),
  ({ className = '' }: { className?: string }) => (
    <div className={`flex h-6 items-center ${className}`}>
      <div className="h-1 w-full rounded-full bg-line" />
    </div>
  ),
);

/** Place in the track. While it is dragged the ear stays where it is; letting go jumps. */
export function Seek({ className = '' }: { className?: string }) {
  const t = useTranslations('player');
  const { command } = useListening();
  const position = usePlayerState((state) => Math.floor(state.positionS));
  const duration = usePlayerState((state) => state.durationS);
  const buffered = usePlayerState((state) => state.bufferedToS);
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? position;
  return (
    <div className={`flex items-center gap-2.5 text-xs text-soft numbers ${className}`}>
      <span className="w-11 text-right">{clock(shown)}</span>
      <Slider
        label={t('seek')}
        value={shown}
        max={Math.max(1, Math.floor(duration))}
        step={1}
        buffered={buffered}
        disabled={duration <= 0}
        valueText={t('seekValue', { position: clock(shown), duration: clock(duration) })}
        onChange={(value) => {
          if (dragged === null) command((player) => player.aim(value));
          setDragged(value);
        }}
        onAim={(value) => command((player) => player.aim(value))}
        onCommit={(value) => {
          setDragged(null);
          command((player) => player.seek(value));
        }}
        className="min-w-0 flex-1"
      />
      <span className="w-11">{clock(duration)}</span>
    </div>
  );
}

export function Volume({ className = '' }: { className?: string }) {
  const t = useTranslations('player');
  const { command } = useListening();
  const locale = useLocale();
  const volume = usePlayerState((state) => state.volume);
  const muted = usePlayerState((state) => state.muted);
  const fixed = usePlayerState((state) => state.volumeFixed);
  const shown = muted ? 0 : Math.round(volume * 100);
  const Icon = shown === 0 ? VolumeX : shown < 50 ? Volume1 : Volume2;
  return (
    <div className={`flex items-center gap-1 ${className}`}>
      <IconButton label={muted ? t('unmute') : t('mute')} onClick={() => command((player) => player.setMuted(!muted))}>
        <Icon className="size-[1.15rem]" aria-hidden="true" />
      </IconButton>
      <Slider
        label={t('volume')}
        value={shown}
        disabled={fixed}
        max={100}
        step={5}
        valueText={share(shown, 100, locale) ?? ''}
        onChange={(value) =>
          command((player) => {
            if (player.state().muted) player.setMuted(false);
            player.setVolume(value / 100);
          })
        }
        className="min-w-0 flex-1"
      />
    </div>
  );
}
