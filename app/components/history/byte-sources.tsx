'use client';
import { useLocale, useTranslations } from 'next-intl';
import type { ListeningStats } from '@/lib/contracts/history';
import { bytes as inWords, share } from '../format';

/** As the swarm's own panel draws them. */
const SOURCES = [
  { key: 'peer', fill: 'var(--source-peer)' },
  { key: 'cache', fill: 'var(--source-cache)' },
  { key: 'origin', fill: 'var(--source-origin)' },
] as const;

/** Where the music's bytes came from: what listeners gave each other is what a swarm is for. */
export function ByteSources({ bytes }: { bytes: ListeningStats['bytes'] }) {
  const t = useTranslations('statistics');
  const swarm = useTranslations('swarm');
  const locale = useLocale();
  const whole = bytes.cache + bytes.peer + bytes.origin;
  const saved = share(bytes.cache + bytes.peer, whole, locale);
  if (saved === null) return null;
  let x = 0;
  const parts = SOURCES.map((source) => {
    const width = (bytes[source.key] / whole) * 100;
    const part = { ...source, x, width };
    x += width;
    return part;
  });
  return (
    <section className="hive mt-8 rounded-2xl border p-5 md:p-6">
      <h2 className="text-xl font-semibold">{t('sources')}</h2>
      <p className="mt-1 text-sm text-soft">
        <strong className="text-ink numbers">{saved}</strong> {swarm('notFromOrigin')}
      </p>
      <svg
        aria-hidden="true"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        className="mt-4 block h-5 w-full overflow-hidden rounded-full"
      >
        {parts.map(({ key, fill, x: from, width }) => (
          <rect key={key} x={from} y="0" width={width} height="6" fill={fill} />
        ))}
      </svg>
      <ul className="mt-4 grid gap-x-6 gap-y-2 sm:grid-cols-3">
        {parts.map(({ key, fill }) => (
          <li key={key} className="flex items-center gap-2.5 text-sm">
            <svg aria-hidden="true" viewBox="0 0 10 10" className="size-3 shrink-0">
              <circle cx="5" cy="5" r="5" fill={fill} />
            </svg>
            <span className="min-w-0 flex-1 sm:flex-none">
              {key === 'cache' ? swarm('cached') : swarm(`source.${key}`)}
            </span>
            <span className="text-soft numbers">
              {inWords(bytes[key], locale)} · {share(bytes[key], whole, locale)}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-3 max-w-[68ch] text-xs text-soft">{t('sourcesText')}</p>
    </section>
  );
}
