'use client';
import { useLocale, useTranslations } from 'next-intl';
import type { ListeningStats, StatsWindow } from '@/lib/contracts/history';
import { type Bar, Bars } from './bars';
import { localDay, spansOf } from './spans';
import { useListeningTime } from './use-listening-time';

/** Labels that fit below a chart on a phone. */
const LABELS = 5;
const LABELLED_HOURS = [0, 6, 12, 18];

/** Minutes heard, day by day or month by month. */
export function DayChart({ days, window }: { days: ListeningStats['days']; window: StatsWindow }) {
  const t = useTranslations('statistics');
  const time = useListeningTime();
  const locale = useLocale();
  const spans = spansOf(days, window, localDay(Date.now()));
  const byDay = window === 'week' || window === 'month';
  const short = namer(
    locale,
    byDay ? (window === 'week' ? { weekday: 'short' } : { day: 'numeric', month: 'short' }) : monthOf(spans.length),
  );
  const whole = namer(
    locale,
    byDay ? { weekday: 'long', day: 'numeric', month: 'long' } : { month: 'long', year: 'numeric' },
  );
  const every = window === 'week' ? 1 : Math.ceil(spans.length / LABELS);
  const bars = spans.map(
    ({ key, plays, listenedS }, i): Bar => ({
      key,
      value: listenedS,
      text: t('bar', { name: whole(key), plays, time: time(listenedS) }),
      // From the middle of each stretch, so that neither end is cut off.
      ...(i % every === Math.floor(every / 2) ? { label: short(key) } : {}),
    }),
  );
  return <Bars bars={bars} label={byDay ? t('days') : t('months')} />;
}

/** Plays by the hour of the day at which they began. */
export function HourChart({ hours }: { hours: ListeningStats['hours'] }) {
  const t = useTranslations('statistics');
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', timeZone: 'UTC' });
  const name = (hour: number) => format.format(hour * 3_600_000);
  const bars = hours.map(
    (plays, hour): Bar => ({
      key: String(hour),
      value: plays,
      text: t('hourBar', { name: name(hour), plays }),
      ...(LABELLED_HOURS.includes(hour) ? { label: name(hour) } : {}),
    }),
  );
  return <Bars bars={bars} label={t('hours')} />;
}

const monthOf = (months: number): Intl.DateTimeFormatOptions =>
  months > 13 ? { month: 'short', year: '2-digit' } : { month: 'short' };

/** Names a day (`2026-11-24`) or a month (`2026-11`), which is no moment and so has no time zone. */
function namer(locale: string, options: Intl.DateTimeFormatOptions): (key: string) => string {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  return (key) => format.format(Date.parse(key));
}
