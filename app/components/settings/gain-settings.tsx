'use client';
import { useTranslations } from 'next-intl';
import { GAIN_MODES, LARGEST_PREAMP_DB } from '@/lib/player/sound/gain';
import { useListening, usePlayerState } from '../listening/context';
import { Choice } from '../ui/choice';
import { Slider } from '../ui/slider';
import { Group } from './group';

/** ReplayGain: how, and with what added. */
export function GainSettings() {
  const t = useTranslations('settings');
  const player = useTranslations('player');
  const { command } = useListening();
  const gain = usePlayerState((state) => state.gain);
  const fixed = usePlayerState((state) => state.volumeFixed);
  const decibels = `${gain.preampDb > 0 ? '+' : gain.preampDb < 0 ? '−' : ''}${Math.abs(gain.preampDb)} dB`;
  return (
    <Group title={player('leveling')} text={t('levelingText')}>
      {fixed ? (
        <p className="max-w-[68ch] text-sm text-soft">{t('levelingFixed')}</p>
      ) : (
        <Choice
          label={player('leveling')}
          value={gain.mode}
          onChange={(mode) => command(({ sound }) => sound.setGain({ ...gain, mode }))}
          options={GAIN_MODES.map((value) => ({
            value,
            title: player(`gainMode.${value}`),
            text: t(`gainText.${value}`),
          }))}
        />
      )}
      {!fixed && gain.mode !== 'off' && (
        <div className="mt-5 max-w-md">
          <p className="flex justify-between text-sm font-medium">
            {t('preamp')}
            <span className="text-soft numbers">{decibels}</span>
          </p>
          <Slider
            label={t('preamp')}
            value={gain.preampDb + LARGEST_PREAMP_DB}
            max={2 * LARGEST_PREAMP_DB}
            step={1}
            valueText={decibels}
            onChange={(value) =>
              command(({ sound }) => sound.setGain({ ...gain, preampDb: value - LARGEST_PREAMP_DB }))
            }
          />
          <p className="mt-1 text-sm text-soft">{t('preampText')}</p>
        </div>
      )}
    </Group>
  );
}
