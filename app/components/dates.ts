'use client';
import { useLocale } from 'next-intl';
import { useMemo } from 'react';

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
