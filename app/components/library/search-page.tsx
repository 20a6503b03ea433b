'use client';
import { Search, X } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { mayPass } from '../errors';
import { SEARCH_FIELD_ID } from '../listening/use-shortcuts';
import { useSearch } from '../queries';
import { IconButton } from '../ui/button';
import { Section } from '../ui/heading';
import { Empty, Pending } from '../ui/states';
import { AlbumGrid, ArtistGrid } from './cards';
import { TrackList, TrackListSkeleton } from './track-list';

/** After the last letter. */
const DEBOUNCE_MS = 150;
const MAX_QUERY_CHARS = 200;

export function SearchPage() {
  const t = useTranslations('search');
  const parameters = useSearchParams();
  const [text, setText] = useState((parameters.get('q') ?? '').slice(0, MAX_QUERY_CHARS));
  const [q, setQ] = useState(text.trim());
  const field = useRef<HTMLInputElement>(null);
  const result = useSearch(q);

  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const timer = setTimeout(() => {
      const next = text.trim();
      setQ(next);
      // Not a navigation: the address follows the field, and can be shared and reloaded.
      history.replaceState(null, '', next === '' ? '/search' : `/search?q=${encodeURIComponent(next)}`);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <div className="page">
      <h1 className="sr-only">{t('title')}</h1>
      <search className="relative block">
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-soft"
        />
        <input
          id={SEARCH_FIELD_ID}
          ref={field}
          type="search"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={MAX_QUERY_CHARS}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={t('label')}
          placeholder={t('placeholder')}
          className="h-13 w-full rounded-2xl border border-line-strong bg-surface pr-12 pl-12 text-base text-ink placeholder:text-soft md:text-lg [&::-webkit-search-cancel-button]:hidden"
        />
        {text !== '' && (
          <IconButton
            label={t('clear')}
            className="absolute top-1.5 right-2"
            onClick={() => {
              setText('');
              field.current?.focus();
            }}
          >
            <X className="size-5" aria-hidden="true" />
          </IconButton>
        )}
      </search>
      <p role="status" className="sr-only">
        {q !== '' && result.data !== undefined && !result.isPlaceholderData
          ? t('found', { count: result.data.total })
          : ''}
      </p>
      <div className="mt-8">
        <Results q={q} result={result} />
      </div>
    </div>
  );
}

function Results({ q, result }: { q: string; result: ReturnType<typeof useSearch> }) {
  const t = useTranslations('search');
  if (q === '') return <Empty title={t('start')}>{t('startHint')}</Empty>;
  if (result.data === undefined || (result.error !== null && !mayPass(result.error))) {
    return (
      <Pending query={result}>
        <TrackListSkeleton />
      </Pending>
    );
  }
  const { tracks, albums, artists } = result.data;
  if (tracks.length + albums.length + artists.length === 0) {
    return <Empty title={t('nothing', { q })}>{t('nothingHint')}</Empty>;
  }
  return (
    <div className={result.isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
      {tracks.length > 0 && (
        <Section title={t('tracks')}>
          <TrackList rows={tracks.map((track) => ({ key: track.id, track }))} label={t('tracks')} />
        </Section>
      )}
      {albums.length > 0 && (
        <Section title={t('albums')}>
          <AlbumGrid albums={albums} label={t('albums')} />
        </Section>
      )}
      {artists.length > 0 && (
        <Section title={t('artists')}>
          <ArtistGrid artists={artists} label={t('artists')} />
        </Section>
      )}
    </div>
  );
}
