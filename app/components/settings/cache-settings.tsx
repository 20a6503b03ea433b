'use client';
import { useLocale, useTranslations } from 'next-intl';
import { bytes } from '../format';
import { useSwarmSnapshot } from '../listening/context';
import { Group } from './group';

export function CacheSettings() {
  const t = useTranslations('settings');
  const locale = useLocale();
  const cache = useSwarmSnapshot()?.cache;
  return (
    <Group title={t('cache')} text={t('cacheText')}>
      {cache === undefined ? (
        <p className="text-sm text-soft">{t('cacheNone')}</p>
      ) : (
        <>
          <meter
            aria-label={t('cache')}
            max={Math.max(1, cache.budgetBytes)}
            value={Math.min(cache.usedBytes, cache.budgetBytes)}
            className="block h-2.5 w-full overflow-hidden rounded-full"
          />
          <p className="mt-2 text-sm text-soft numbers">
            {t('cacheUse', {
              used: bytes(cache.usedBytes, locale),
              budget: bytes(cache.budgetBytes, locale),
              count: cache.assets,
            })}
            {!cache.lasting && ` ${t('cacheMemory')}`}
          </p>
        </>
      )}
    </Group>
  );
}
