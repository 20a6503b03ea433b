'use client';
import { useLocale, useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { ListeningStats, StatsWindow } from '@/lib/contracts/history';
import { localDay, spansOf } from './spans';

/** Labels that fit below a chart on a phone. */
const LABELS = 5;
const LABELLED_HOURS = [0, 6, 12, 18];

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

interface Bar {
  key: string;
  value: number;
  /** The bar in words, such as "Monday: 3 plays". */
  text: string;
  /** Below the bar; most have none, so that they do not run into each other. */
  label?: string;
}

const HEIGHT = 100;
const WIDTH = 10;
/** Of a bar's place, what is left between it and the next. */
const GAP = 0.22;
/** A play that happened is seen, however many there were on the best day. */
const LEAST_HEIGHT = 2.5;

/** Bars in a row. Whoever cannot see them is read the list behind them. */
function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const max = Math.max(1, ...bars.map(({ value }) => value));
  const place = bars.length === 0 ? 0 : 100 / bars.length;
  return (
    <figure aria-label={label}>
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-32 w-full"
      >
        {bars.map(({ key, value, text }, i) => {
          const height = value === 0 ? 0 : Math.max(LEAST_HEIGHT, (value / max) * HEIGHT);
          return (
            <g key={key}>
              <title>{text}</title>
              <rect x={i * WIDTH} y="0" width={WIDTH} height={HEIGHT} fill="transparent" />
              <rect
                x={i * WIDTH + (WIDTH * GAP) / 2}
                y={HEIGHT - height}
                width={WIDTH * (1 - GAP)}
                height={height}
                fill="var(--honey-deep)"
              />
            </g>
          );
        })}
        <line
          x1="0"
          x2={bars.length * WIDTH}
          y1={HEIGHT}
          y2={HEIGHT}
          stroke="var(--line-strong)"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div aria-hidden="true" className="relative mt-1.5 h-4 text-[0.6875rem] text-soft numbers">
        {bars.map(({ key, label: below }, i) =>
          below === undefined ? null : (
            <span
              key={key}
              style={{ left: i === 0 ? 0 : `${place * (i + 0.5)}%` }}
              // The first stays within the page.
              className={`absolute whitespace-nowrap ${i === 0 ? '' : '-translate-x-1/2'}`}
            >
              {below}
            </span>
          ),
        )}
      </div>
      <ol className="sr-only">
        {bars
          .filter(({ value }) => value > 0)
          .map(({ key, text }) => (
            <li key={key}>{text}</li>
          ))}
      </ol>
    </figure>
  );
}
