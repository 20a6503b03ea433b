'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { StatsWindow } from '@/lib/contracts/history';
import { Cover } from '../library/cover';
import { TrackList, type TrackRowData } from '../library/track-list';
import { useTopTracks } from '../queries';
import { Section } from '../ui/heading';
import { type TopEntry, topLists } from './top-lists';

/** Artists and albums are summed over so many of the most played tracks: the largest page that the gateway gives. */
const SUMMED_TRACKS = 200;
const SHOWN_TRACKS = 10;
const SHOWN_NAMES = 8;

/** Rows of the most played tracks, each with how often. */
export function useTopRows(window: StatsWindow, shown: number, asked = shown): TrackRowData[] {
  const t = useTranslations('statistics');
  const { top = [], tracks = [] } = useTopTracks(window, asked).data ?? {};
  const byId = new Map(tracks.map((track) => [track.id, track]));
  return top
    .flatMap(({ trackId, plays }) => {
      const track = byId.get(trackId);
      return track === undefined ? [] : [{ key: trackId, track, note: t('timesPlayed', { plays }) }];
    })
    .slice(0, shown);
}

/** The most played tracks, artists and albums of a window of time. */
export function MostPlayed({ window }: { window: StatsWindow }) {
  const t = useTranslations('statistics');
  const rows = useTopRows(window, SHOWN_TRACKS, SUMMED_TRACKS);
  const { top = [], tracks = [], total = 0 } = useTopTracks(window, SUMMED_TRACKS).data ?? {};
  if (rows.length === 0) return null;
  const { artists, albums } = topLists(top, tracks);
  return (
    <>
      <Section title={t('topTracks')}>
        <TrackList rows={rows} label={t('topTracks')} />
      </Section>
      <div className="mt-10 grid grid-cols-1 gap-10 lg:grid-cols-2 lg:gap-12">
        <div>
          <Section title={t('topArtists')}>
            <Names entries={artists} label={t('topArtists')} to="/artists" round />
          </Section>
        </div>
        <div>
          <Section title={t('topAlbums')}>
            <Names entries={albums} label={t('topAlbums')} to="/albums" />
          </Section>
        </div>
      </div>
      {total > SUMMED_TRACKS && <p className="mt-4 text-xs text-soft">{t('summed', { count: SUMMED_TRACKS })}</p>}
    </>
  );
}

function Names({
  entries,
  label,
  to,
  round = false,
}: {
  entries: readonly TopEntry[];
  label: string;
  to: string;
  round?: boolean;
}) {
  const t = useTranslations('statistics');
  return (
    <ol aria-label={label} className="-mx-2 grid gap-px">
      {entries.slice(0, SHOWN_NAMES).map((entry) => (
        <li key={entry.id}>
          <Link
            href={`${to}/${entry.id}`}
            className="group flex min-h-14 items-center gap-3 rounded-lg px-2 hover:bg-wash"
          >
            <Cover
              coverId={entry.coverId}
              seed={entry.id}
              rounded={round ? 'rounded-full' : 'rounded-md'}
              className="size-10 shrink-0"
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium group-hover:underline">{entry.name}</span>
              {entry.note !== undefined && <span className="block truncate text-xs text-soft">{entry.note}</span>}
            </span>
            <span className="shrink-0 text-xs text-soft numbers">{t('timesPlayed', { plays: entry.plays })}</span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
