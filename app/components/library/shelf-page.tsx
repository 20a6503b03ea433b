'use client';
import { useTranslations } from 'next-intl';
import type { HeardShelf } from '@/lib/contracts/shelves';
import { gateway } from '../ask';
import { useDates } from '../format';
import { timeZoneHere, useHome, useShelf } from '../queries';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { Empty, Pending } from '../ui/states';
import { allPages } from '../whole-list';
import { CardList } from './card-list';
import { GridSkeleton } from './cards';
import type { MusicSubject } from './music-subject';
import { PlayAll } from './play-all';
import { BegunCard } from './shelves';
import { TrackList, TrackListSkeleton, type TrackRowData } from './track-list';

const NAMES = { 'most-played': 'mostPlayed', rediscover: 'rediscover', 'on-this-day': 'onThisDay' } as const;

/** As many as a shelf may have. */
const BEGUN_SHOWN = 50;

/** All of what stands on a shelf of the home page that is made of plays. */
export function HeardShelfPage({ shelf }: { shelf: HeardShelf }) {
  const t = useTranslations('home');
  const dates = useDates();
  const query = useShelf(shelf);
  const pages = query.data?.pages ?? [];
  const byId = new Map(pages.flatMap((page) => page.tracks).map((track) => [track.id, track]));
  const rows = pages.flatMap((page) =>
    page.heard.flatMap(({ trackId, plays, lastAt }): TrackRowData[] => {
      const track = byId.get(trackId);
      const note = shelf === 'most-played' ? t('plays', { count: plays }) : dates.date(lastAt);
      return track === undefined ? [] : [{ key: trackId, track, note }];
    }),
  );
  const tracks = rows.map(({ track }) => track);
  const total = pages.at(-1)?.total ?? 0;
  const all: MusicSubject = {
    name: t(NAMES[shelf]),
    tracks: () =>
      allPages(async (page) => {
        const {
          heard,
          tracks: found,
          total: count,
        } = await gateway.shelf(shelf, { ...page, timeZone: timeZoneHere() });
        const named = new Map(found.map((track) => [track.id, track]));
        return { items: heard.flatMap(({ trackId }) => named.get(trackId) ?? []), total: count };
      }),
    count: total,
    links: [],
  };
  return (
    <div className="page">
      <Heading title={t(NAMES[shelf])}>
        {tracks.length > 0 && <PlayAll tracks={tracks} total={total} subject={all} />}
      </Heading>
      <Pending query={query}>
        <TrackListSkeleton />
      </Pending>
      {query.data !== undefined && rows.length === 0 && !query.hasNextPage && (
        <Empty title={t('shelfEmpty')}>{t(`shelfHint.${NAMES[shelf]}`)}</Empty>
      )}
      {rows.length > 0 && <TrackList rows={rows} label={t(NAMES[shelf])} />}
      <More query={query} />
    </div>
  );
}

/** Albums that were begun. */
export function ContinuePage() {
  const t = useTranslations('home');
  const query = useHome(0, BEGUN_SHOWN);
  const begun = query.data?.begun;
  return (
    <div className="page">
      <Heading title={t('begun')} />
      <Pending query={query}>
        <GridSkeleton />
      </Pending>
      {begun?.length === 0 && <Empty title={t('shelfEmpty')}>{t('shelfHint.begun')}</Empty>}
      {begun !== undefined && begun.length > 0 && (
        <CardList
          count={begun.length}
          label={t('begun')}
          card={(index) => {
            const one = begun[index];
            return one !== undefined && <BegunCard begun={one} />;
          }}
        />
      )}
    </div>
  );
}
