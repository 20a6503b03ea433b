/** Numbers and moments as people read them. Locale is the interface's. */
import { useLocale } from 'next-intl';
import { useMemo } from 'react';

/** `3:07`, `1:02:45`. @param seconds shown as 0:00 when not known */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** `1,534`, or `1.534` in Portuguese. */
export const count = (value: number, locale: string) => value.toLocaleString(locale, { maximumFractionDigits: 0 });

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.4 MB`: powers of 1000, three digits at most. */
export function bytes(size: number, locale: string): string {
  let value = Math.max(0, size);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

/** `1.4 MB/s` */
export const rate = (bytesPerSecond: number, locale: string) => `${bytes(bytesPerSecond, locale)}/s`;

/** `87%`; null where nothing was counted yet. */
export function share(part: number, whole: number, locale: string): string | null {
  if (whole <= 0) return null;
  return (part / whole).toLocaleString(locale, { style: 'percent', maximumFractionDigits: 0 });
}

/** Moments in the listener's own time zone (next-intl would take the server's); for data that only the browser fetches. */
export function useDates() {
  const locale = useLocale();
  return useMemo(() => {
    const make = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(locale, options);
      return (ms: number) => format.format(ms);
    };
    return {
      day: make({ weekday: 'long', day: 'numeric', month: 'long' }),
      time: make({ hour: '2-digit', minute: '2-digit' }),
      date: make({ dateStyle: 'medium' }),
      moment: make({ dateStyle: 'medium', timeStyle: 'short' }),
    };
  }, [locale]);
}
