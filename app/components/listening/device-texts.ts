import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import type { Device } from '@/lib/contracts/signaling';
import { useErrorText } from '../errors';

/** Names a tab by its browser and system, such as "Firefox · Windows". */
export function useDeviceName(): (runsOn: Device) => string {
  const t = useTranslations('admin');
  return useCallback(
    ({ browser, system }) => {
      const parts = [
        ...(browser === 'other' ? [] : [t(`browser.${browser}`)]),
        ...(system === 'other' ? [] : [t(`system.${system}`)]),
      ];
      return parts.length === 0 ? t('otherDevice') : parts.join(' · ');
    },
    [t],
  );
}

/** Why another device did not do what it was asked. */
export function useProblem(): (error: unknown) => string {
  const t = useTranslations('devices');
  const errorText = useErrorText();
  return (error) => {
    switch (isEnxameError(error) ? error.code : null) {
      case 'not_found':
        return t('problem.gone');
      case 'unavailable':
      case 'timeout':
        return t('problem.silent');
      case 'conflict':
        return t('problem.changed');
      case 'too_large':
        return t('problem.full');
      default:
        return errorText(error);
    }
  };
}
