'use client';
import { useTranslations } from 'next-intl';
import { LONGEST_CROSSFADE_S } from '@/lib/player/crossfade/fade';
import { useListening, usePlayerState } from '../listening/context';
import { Slider } from '../ui/slider';

/** For how many seconds tracks are heard together, from off to the longest. */
export function CrossfadeSlider() {
  const t = useTranslations('player');
  const { command } = useListening();
  const seconds = usePlayerState((state) => state.crossfadeS);
  const text = seconds === 0 ? t('crossfadeOff') : t('seconds', { count: seconds });
  return (
    <div className="flex items-center gap-3">
      <Slider
        label={t('crossfade')}
        value={seconds}
        max={LONGEST_CROSSFADE_S}
        step={1}
        valueText={text}
        onChange={(value) => command(({ sound }) => sound.setCrossfade(value))}
        className="min-w-0 flex-1"
      />
      <span className="min-w-18 text-right text-sm text-soft numbers">{text}</span>
    </div>
  );
}
