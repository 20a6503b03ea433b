'use client';
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';

/** Seconds as `3 h 20 min`. */
export function useListeningTime(): (seconds: number) => string {
  const t = useTranslations('statistics');
  return useCallback(
    (seconds) => {
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) return t('minutes', { minutes });
      return t('hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    },
    [t],
  );
}
