'use client';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { STATS_WINDOWS, type StatsWindow } from '@/lib/contracts/choices';

/** Which stretch of time the numbers are of. */
export function WindowChoice({ value, onChange }: { value: StatsWindow; onChange: (value: StatsWindow) => void }) {
  const t = useTranslations('statistics');
  return (
    <RadioGroup.Root
      aria-label={t('windowLabel')}
      value={value}
      onValueChange={(chosen) => onChange(STATS_WINDOWS.find((window) => window === chosen) ?? value)}
      className="inline-flex max-w-full flex-wrap gap-0.5 rounded-lg border bg-sunken p-0.5"
    >
      {STATS_WINDOWS.map((option) => (
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
