'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { keepCookie, readCookie, readTheme, THEME_COOKIE, type Theme, themes } from '../preferences';
import { Choice } from '../ui/choice';
import { Group } from './group';

export function AppearanceSettings() {
  const t = useTranslations('settings');
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => setTheme(readTheme(readCookie(THEME_COOKIE))), []);
  const choose = (next: Theme) => {
    setTheme(next);
    keepCookie(THEME_COOKIE, next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <Group title={t('appearance')}>
      <Choice
        label={t('appearance')}
        value={theme}
        onChange={choose}
        options={themes.map((value) => ({ value, title: t(`theme.${value}`) }))}
      />
    </Group>
  );
}
