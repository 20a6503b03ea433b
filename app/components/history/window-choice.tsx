'use client';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { type StatsWindow, statsWindow } from '@/lib/contracts/history';

/** Which stretch of time the numbers are of. */
export function WindowChoice({ value, onChange }: { value: StatsWindow; onChange: (value: StatsWindow) => void }) {
  const t = useTranslations('statistics');
  return (
    <RadioGroup.Root
      aria-label={t('windowLabel')}
      value={value}
      onValueChange={(chosen) => onChange(statsWindow.parse(chosen))}
      className="inline-flex max-w-full flex-wrap gap-0.5 rounded-lg border bg-sunken p-0.5"
    >
      {statsWindow.options.map((option) => (
        <RadioGroup.Item
          key={option}
          value={option}
          className="min-h-9 rounded-md px-3 text-sm font-medium text-soft transition-colors hover:text-ink data-[state=checked]:bg-surface data-[state=checked]:font-semibold data-[state=checked]:text-ink data-[state=checked]:shadow-lift"
        >
          {t(`window.${option}`)}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
