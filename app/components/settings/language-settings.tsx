'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { locales } from '@/i18n/locales';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys } from '../queries';
import { Choice } from '../ui/choice';
import { toast } from '../ui/toast';
import { Group } from './group';

/** Browsers' languages call themselves by their own names. */
const LANGUAGE_NAMES = { en: 'English', 'pt-BR': 'Português (Brasil)' } as const;

export function LanguageSettings() {
  const t = useTranslations('settings');
  const locale = useLocale();
  const errorText = useErrorText();
  const client = useQueryClient();
  // The page takes it as it would from another browser: once the account has it.
  const choose = useMutation({
    mutationFn: gateway.setLocale,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
    onError: (error) => toast.error(errorText(error)),
  });
  return (
    <Group title={t('language')} text={t('languageText')}>
      <Choice
        label={t('language')}
        value={choose.isPending ? choose.variables : locale}
        onChange={choose.mutate}
        options={locales.map((value) => ({ value, title: LANGUAGE_NAMES[value] }))}
      />
    </Group>
  );
}
