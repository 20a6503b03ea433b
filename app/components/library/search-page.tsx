'use client';
import { Search, X } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { SearchKind } from '@/lib/contracts/search';
import { later } from '../later';
import { SEARCH_FIELD_ID } from '../listening/use-shortcuts';
import { useMe, useSearch } from '../queries';
import { IconButton } from '../ui/button';
import { SearchResults } from './search-results';

const SearchStart = later(() => import('./search-start').then((module) => module.SearchStart));

/** After the last letter: shorter than between two letters of a fast typist, long enough that a pasted or held key asks once. */
const DEBOUNCE_MS = 30;
const MAX_QUERY_CHARS = 200;
const KINDS: readonly SearchKind[] = ['track', 'album', 'artist'];

const kindOf = (text: string | null): SearchKind | null => KINDS.find((kind) => `${kind}s` === text) ?? null;

/** The address follows the field, and can be shared and reloaded. */
function addressOf(q: string, kind: SearchKind | null): string {
  if (q === '') return '/search';
  return `/search?q=${encodeURIComponent(q)}${kind === null ? '' : `&show=${kind}s`}`;
}

export function SearchPage() {
  const t = useTranslations('search');
  const parameters = useSearchParams();
  const [text, setText] = useState((parameters.get('q') ?? '').slice(0, MAX_QUERY_CHARS));
  const [q, setQ] = useState(text.trim());
  const [kind, setKind] = useState(kindOf(parameters.get('show')));
  const field = useRef<HTMLInputElement>(null);
  const below = useRef<HTMLDivElement>(null);
  const accountId = useMe().data?.account?.id;
  const result = useSearch(q);

  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const timer = setTimeout(() => {
      const next = text.trim();
      setQ(next);
      // Not a navigation.
      history.replaceState(null, '', addressOf(next, kind));
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, kind]);

  const search = (words: string) => {
    setText(words);
    field.current?.focus();
  };
  /** Something of what was found was used. */
  const remember = () => {
    if (accountId === undefined) return;
    void import('./recent-searches').then(({ rememberSearch }) => rememberSearch(accountId, text)).catch(() => {});
  };
  const pressedInField = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      remember();
      // The keyboard of a phone hides what was found.
      if (matchMedia('(pointer: coarse)').matches) field.current?.blur();
    } else if (event.key === 'Escape' && text !== '') setText('');
    else if (event.key === 'ArrowDown') stepsOf(below.current)[0]?.focus();
    else return;
    event.preventDefault();
  };
  const pressedBelow = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Escape') field.current?.focus();
    else if (event.key === 'Enter') return remember();
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const steps = stepsOf(below.current);
      const at = steps.indexOf(event.target as HTMLElement);
      if (at < 0) return;
      const next = at + (event.key === 'ArrowUp' ? -1 : 1);
      (next < 0 ? field.current : steps[next])?.focus();
    } else return;
    event.preventDefault();
  };

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
          autoCapitalize="off"
          spellCheck={false}
          maxLength={MAX_QUERY_CHARS}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={pressedInField}
          aria-label={t('label')}
          placeholder={t('placeholder')}
          className="h-13 w-full rounded-2xl border border-line-strong bg-surface pr-12 pl-12 text-base text-ink placeholder:text-soft md:text-lg [&::-webkit-search-cancel-button]:hidden"
        />
        {text !== '' && (
          <IconButton label={t('clear')} className="absolute top-1.5 right-2" onClick={() => search('')}>
            <X className="size-5" aria-hidden="true" />
          </IconButton>
        )}
      </search>
      <p role="status" className="sr-only">
        {q !== '' && result.data !== undefined && !result.isPlaceholderData
          ? t('found', { count: result.data.total + result.data.albumTotal + result.data.artistTotal })
          : ''}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys and presses of what is in it */}
      <div
        ref={below}
        onKeyDownCapture={leaveGrid(field)}
        onKeyDown={pressedBelow}
        onClickCapture={(event) => {
          if (q !== '' && event.target instanceof Element && event.target.closest(USED) !== null) remember();
        }}
        className="mt-6"
      >
        {q !== '' && (
          <SearchResults q={q} result={result} kind={kind} onKind={setKind} onSearch={(words) => setText(words)} />
        )}
        {q === '' && <p className="mb-8 text-sm text-soft">{t('startHint')}</p>}
        {q === '' && accountId !== undefined && <SearchStart accountId={accountId} onPick={search} />}
      </div>
    </div>
  );
}

/** What is used of what was found: not what only shows more of it. */
const USED = '[role="row"] button, [role="row"] a, li a, li button';
/** Where the arrow keys lead: rows of tracks one by one (their grid has keys of its own), and what is marked as a step. */
const STEPS = '[role="row"][tabindex="0"], [data-step], li a[href]';

const stepsOf = (box: HTMLElement | null) => [...(box?.querySelectorAll<HTMLElement>(STEPS) ?? [])];

/** From the first row of a grid up: back to the field. The grid itself would stay there. */
const leaveGrid = (field: { current: HTMLInputElement | null }) => (event: KeyboardEvent) => {
  const { target, key, shiftKey, altKey } = event;
  if (key !== 'ArrowUp' || shiftKey || altKey || !(target instanceof HTMLElement)) return;
  if (target.role !== 'row' || target.ariaRowIndex !== '1') return;
  event.preventDefault();
  event.stopPropagation();
  field.current?.focus();
};
