'use client';
import { ChartColumn, Download } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { historyExportUrl } from '../addresses';
import { useDates } from '../format';
import { useTopRows } from '../history/most-played';
import { useHistory } from '../queries';
import { buttonClass } from '../ui/button';
import { Heading, Section } from '../ui/heading';
import { More } from '../ui/more';
import { Empty, Pending } from '../ui/states';
import { TrackList, TrackListSkeleton, type TrackRowData } from './track-list';

const MOST_PLAYED_SHOWN = 5;

export function HistoryPage() {
  const t = useTranslations('history');
  const dates = useDates();
  const query = useHistory();
  const pages = query.data?.pages ?? [];
  const byId = new Map(pages.flatMap((page) => page.tracks).map((track) => [track.id, track]));
  const days = new Map<string, TrackRowData[]>();
  for (const play of pages.flatMap((page) => page.plays)) {
    const track = byId.get(play.trackId);
    if (track === undefined) continue;
    const day = dates.day(play.startedAt);
    const note = dates.time(play.startedAt);
    days.set(day, [...(days.get(day) ?? []), { key: play.playId, track, note }]);
  }
  return (
    <div className="page">
      <Heading title={t('title')}>
        {days.size > 0 && (
          <>
            <Link href="/statistics" className={buttonClass('plain')}>
              <ChartColumn className="size-4" aria-hidden="true" />
              {t('statistics')}
            </Link>
            <a href={historyExportUrl} download className={buttonClass('plain')}>
              <Download className="size-4" aria-hidden="true" />
              {t('export')}
            </a>
          </>
        )}
      </Heading>
      <Pending query={query}>
        <TrackListSkeleton />
      </Pending>
      {query.data !== undefined && days.size === 0 && (
        <Empty
          title={t('empty')}
          action={
            <Link href="/albums" className={buttonClass('honey')}>
              {t('listen')}
            </Link>
          }
        >
          {t('emptyHint')}
        </Empty>
      )}
      {days.size > 0 && <MostPlayedLately />}
      {[...days].map(([day, rows]) => (
        <Section key={day} title={day}>
          <TrackList rows={rows} label={day} />
        </Section>
      ))}
      <More query={query} />
    </div>
  );
}

function MostPlayedLately() {
  const t = useTranslations('history');
  const rows = useTopRows('month', MOST_PLAYED_SHOWN);
  if (rows.length === 0) return null;
  return (
    <Section title={t('mostPlayed')}>
      <TrackList rows={rows} label={t('mostPlayed')} />
    </Section>
  );
}
