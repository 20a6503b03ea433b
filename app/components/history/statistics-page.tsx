'use client';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { StatsWindow } from '@/lib/contracts/choices';
import type { ListeningStats } from '@/lib/contracts/history';
import { count } from '../format';
import { later } from '../later';
import { useStatistics } from '../queries';
import { buttonClass } from '../ui/button';
import { Heading, Section } from '../ui/heading';
import { Empty, Pending, Skeleton } from '../ui/states';
import { ByteSources } from './byte-sources';
import { DayChart, HourChart, useListeningTime } from './charts';
import { MostPlayed } from './most-played';

const WindowChoice = later(
  () => import('./window-choice').then((module) => module.WindowChoice),
  () => <div className="h-10" />,
);

/** A listener's own numbers, for that listener alone. */
export function StatisticsPage() {
  const t = useTranslations('statistics');
  const [window, setWindow] = useState<StatsWindow>('month');
  const query = useStatistics(window);
  const stats = query.data;
  return (
    <div className="page">
      <Heading title={t('title')}>
        <WindowChoice value={window} onChange={setWindow} />
      </Heading>
      <Pending query={query}>
        <Skeleton className="h-24 w-full" />
        <Skeleton className="mt-6 h-40 w-full" />
      </Pending>
      {stats !== undefined &&
        (stats.listenedS === 0 ? <Nothing window={window} /> : <Numbers stats={stats} window={window} />)}
    </div>
  );
}

function Nothing({ window }: { window: StatsWindow }) {
  const t = useTranslations('statistics');
  return (
    <Empty
      title={window === 'all' ? t('empty') : t('emptyWindow')}
      action={
        <Link href="/albums" className={buttonClass('honey')}>
          {t('listen')}
        </Link>
      }
    >
      {t('emptyHint')}
    </Empty>
  );
}

function Numbers({ stats, window }: { stats: ListeningStats; window: StatsWindow }) {
  const t = useTranslations('statistics');
  const locale = useLocale();
  const time = useListeningTime();
  const numbers = [
    [t('listened'), time(stats.listenedS)],
    [t('plays'), count(stats.plays, locale)],
    [t('tracks'), count(stats.tracks, locale)],
    [t('skips'), count(stats.skips, locale)],
  ];
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {numbers.map(([name, value]) => (
          <div key={name} className="rounded-xl border bg-surface p-4">
            <dt className="text-sm text-soft">{name}</dt>
            <dd className="mt-1 text-2xl font-bold tracking-tight numbers">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 max-w-[68ch] text-xs text-soft">{t('counting')}</p>
      <ByteSources bytes={stats.bytes} />
      <div className="mt-10 grid grid-cols-1 gap-10 lg:grid-cols-[1.6fr_1fr] lg:gap-12">
        <div>
          <Section title={window === 'week' || window === 'month' ? t('days') : t('months')}>
            <DayChart days={stats.days} window={window} />
          </Section>
        </div>
        <div>
          <Section title={t('hours')}>
            <HourChart hours={stats.hours} />
          </Section>
        </div>
      </div>
      <MostPlayed window={window} />
    </>
  );
}
