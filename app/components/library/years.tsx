'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { YearCount } from '@/lib/contracts/catalog';
import { useYears } from '../queries';
import { Heading, Section } from '../ui/heading';
import { Empty, Pending, Skeleton } from '../ui/states';
import { LibraryTabs } from './library-tabs';

/** The years of the library, by decades. */
export function Years() {
  const t = useTranslations('years');
  const query = useYears();
  const years = query.data?.years;
  return (
    <div className="page">
      <LibraryTabs />
      <Heading title={t('title')} />
      <Pending query={query}>
        <Skeleton className="h-64 rounded-xl" />
      </Pending>
      {years?.length === 0 && <Empty title={t('empty')}>{t('emptyHint')}</Empty>}
      {byDecade(years ?? []).map(([decade, ofDecade]) => (
        <Section
          key={decade}
          title={t('decade', { year: String(decade) })}
          aside={
            <Link
              href={`/albums?from=${decade}&to=${decade + 9}&sort=year`}
              className="text-sm font-medium text-accent hover:underline"
            >
              {t('albums', { count: ofDecade.reduce((sum, { albums }) => sum + albums, 0) })}
              <span className="sr-only">: {t('decade', { year: String(decade) })}</span>
            </Link>
          }
        >
          <ul className="grid grid-cols-3 gap-2 sm:grid-cols-5 lg:grid-cols-10">
            {ofDecade.map(({ year, albums }) => (
              <li key={year}>
                <Link
                  href={`/albums?from=${year}&to=${year}`}
                  className="block rounded-xl border bg-surface px-3 py-3 transition-colors hover:border-line-strong"
                >
                  <span className="block text-lg font-semibold numbers">{year}</span>
                  <span className="block truncate text-xs text-soft">{t('albums', { count: albums })}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </div>
  );
}

/** @param years the latest first */
function byDecade(years: readonly YearCount[]): [number, YearCount[]][] {
  const decades = new Map<number, YearCount[]>();
  for (const year of years) {
    const decade = Math.floor(year.year / 10) * 10;
    decades.set(decade, [...(decades.get(decade) ?? []), year]);
  }
  return [...decades];
}
