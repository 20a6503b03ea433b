'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { SearchAnswer, SearchKind } from '@/lib/contracts/search';
import { mayPass } from '../errors';
import { later } from '../later';
import type { useSearch } from '../queries';
import { Button } from '../ui/button';
import { Section } from '../ui/heading';
import { Empty, Pending } from '../ui/states';
import { AlbumGrid, ArtistGrid } from './cards';
import { TrackList, TrackListSkeleton } from './track-list';

const SearchWhole = later(
  () => import('./search-whole').then((module) => module.SearchWhole),
  () => <TrackListSkeleton />,
);

/** What was found: of each kind the likeliest, or of one kind all. @param onSearch other words are to be searched for */
export function SearchResults({
  q,
  result,
  kind,
  onKind,
  onSearch,
}: {
  q: string;
  result: ReturnType<typeof useSearch>;
  kind: SearchKind | null;
  onKind: (kind: SearchKind | null) => void;
  onSearch: (q: string) => void;
}) {
  const t = useTranslations('search');
  if (result.data === undefined || (result.error !== null && !mayPass(result.error))) {
    return (
      <Pending query={result}>
        <TrackListSkeleton />
      </Pending>
    );
  }
  const { data } = result;
  const totals = { track: data.total, album: data.albumTotal, artist: data.artistTotal };
  if (totals.track + totals.album + totals.artist === 0) {
    return <Empty title={t('nothing', { q })}>{t('nothingHint')}</Empty>;
  }
  // Of a kind that has nothing any more all is shown.
  const shown = kind !== null && totals[kind] > 0 ? kind : null;
  return (
    <div className={result.isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
      <Meant q={q} meant={data.meant} onSearch={onSearch} />
      <Kinds totals={totals} shown={shown} onKind={onKind} />
      {shown === null ? <Likeliest data={data} totals={totals} onKind={onKind} /> : <SearchWhole q={q} kind={shown} />}
    </div>
  );
}

function Meant({ q, meant, onSearch }: { q: string; meant: SearchAnswer['meant']; onSearch: (q: string) => void }) {
  const t = useTranslations('search');
  if (meant === null) return null;
  const other = () => (
    <button
      type="button"
      onClick={() => onSearch(meant.q)}
      className="rounded font-semibold text-accent underline-offset-2 hover:underline"
    >
      {meant.q}
    </button>
  );
  return (
    <p className="mb-5 text-sm text-soft">
      {meant.applied ? t.rich('meant', { q, meant: other }) : t.rich('didYouMean', { meant: other })}
    </p>
  );
}

type Totals = Record<SearchKind, number>;

function Kinds({
  totals,
  shown,
  onKind,
}: {
  totals: Totals;
  shown: SearchKind | null;
  onKind: (kind: SearchKind | null) => void;
}) {
  const t = useTranslations('search');
  const kinds = (['track', 'album', 'artist'] as const).filter((kind) => totals[kind] > 0);
  if (kinds.length < 2) return null;
  return (
    <fieldset
      aria-label={t('kinds')}
      className="-mx-4 mb-6 flex gap-2 overflow-x-auto px-4 [scrollbar-width:none] md:mx-0 md:px-0"
    >
      {[null, ...kinds].map((kind) => (
        <button
          key={kind ?? 'all'}
          type="button"
          aria-pressed={shown === kind}
          onClick={() => onKind(kind)}
          className="inline-flex min-h-9 shrink-0 items-center gap-1.5 rounded-full border border-line-strong/40 px-4 text-sm font-medium text-soft hover:text-ink aria-pressed:border-transparent aria-pressed:bg-ink aria-pressed:font-semibold aria-pressed:text-paper"
        >
          {kind === null ? t('all') : t(`${kind}s`)}
          {kind !== null && <span className="numbers">{totals[kind]}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function Likeliest({
  data: { tracks, albums, artists },
  totals,
  onKind,
}: {
  data: SearchAnswer;
  totals: Totals;
  onKind: (kind: SearchKind) => void;
}) {
  const t = useTranslations('search');
  const part = (kind: SearchKind, count: number, list: ReactNode) =>
    count > 0 && (
      <Section
        title={t(`${kind}s`)}
        aside={
          totals[kind] > count && (
            <Button look="quiet" onClick={() => onKind(kind)}>
              {t(`showAll.${kind}`, { count: totals[kind] })}
            </Button>
          )
        }
      >
        {list}
      </Section>
    );
  return (
    <>
      {part(
        'track',
        tracks.length,
        <TrackList rows={tracks.map((track) => ({ key: track.id, track }))} label={t('tracks')} />,
      )}
      {part('album', albums.length, <AlbumGrid albums={albums} label={t('albums')} />)}
      {part('artist', artists.length, <ArtistGrid artists={artists} label={t('artists')} />)}
    </>
  );
}
