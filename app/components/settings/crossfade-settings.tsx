'use client';
import { useTranslations } from 'next-intl';
import { usePlayerState } from '../listening/context';
import { CrossfadeSlider } from '../player/crossfade-slider';
import { Group } from './group';

export function CrossfadeSettings() {
  const t = useTranslations('settings');
  const player = useTranslations('player');
  const fixed = usePlayerState((state) => state.volumeFixed);
  return (
    <Group title={player('crossfade')} text={t('crossfadeText')}>
      {fixed ? (
        <p className="max-w-[68ch] text-sm text-soft">{t('crossfadeFixed')}</p>
      ) : (
        <div className="max-w-md">
          <CrossfadeSlider />
        </div>
      )}
    </Group>
  );
}
