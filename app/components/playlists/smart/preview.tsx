'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import { gateway } from '../../ask';
import { clock } from '../../format';
import { Cover } from '../../library/cover';
import { keys } from '../../queries';
import { ErrorNote, Skeleton } from '../../ui/states';

/** After the last change (ms). */
const DEBOUNCE_MS = 250;

/** What a playlist with these rules has now. */
export function Preview({ rules }: { rules: SmartRules }) {
  const t = useTranslations('smart');
  const text = useDebounced(JSON.stringify(rules));
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...keys.smart, 'preview', text],
    queryFn: ({ signal }) => gateway.previewRules(JSON.parse(text), signal),
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={t('preview')} className="grid min-w-0 content-start gap-2">
      <p role="status" className="text-sm font-medium numbers">
        {data === undefined
          ? t('preview')
          : `${t('count', { count: data.total })}${data.durationS > 0 ? ` · ${clock(data.durationS)}` : ''}`}
      </p>
      {error !== null && <ErrorNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="h-40" />}
      <ol className={`grid gap-1.5 ${isFetching ? 'opacity-60' : ''}`}>
        {data?.tracks.map((track) => (
          <li key={track.id} className="flex min-w-0 items-center gap-3">
            <span className="size-9 shrink-0">
              <Cover coverId={track.coverId} seed={track.albumId} />
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{track.title}</span>
              <span className="block truncate text-xs text-soft">
                {track.artist} · {track.album}
              </span>
            </span>
            <span className="text-xs text-soft numbers">{clock(track.durationS)}</span>
          </li>
        ))}
      </ol>
      {data !== undefined && data.total > data.tracks.length && data.tracks.length > 0 && (
        <p className="text-xs text-soft">{t('andMore', { count: data.total - data.tracks.length })}</p>
      )}
    </section>
  );
}

function useDebounced(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
