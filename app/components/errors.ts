'use client';
import { useLocale, useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { isEnxameError } from '@/lib/contracts/enxame-error';

/**
 * A thrown value as a sentence for the person here. The server speaks English, and knows the particulars; in another
 * language the reason's own sentence stands for it.
 */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations('errors');
  const locale = useLocale();
  return useCallback(
    (error) => {
      if (!isEnxameError(error)) return t('internal');
      return locale === 'en' ? error.message : t(error.code);
    },
    [t, locale],
  );
}

/** A refusal stays one; what is the network's or the server's fault may pass by itself, and takes nothing away that is shown. */
export const mayPass = (error: unknown) => isEnxameError(error) && ['unavailable', 'timeout'].includes(error.code);
