'use client';
import { ArrowDownWideNarrow, ArrowUpNarrowWide, ListFilter, RefreshCw, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../ui/button';
import { changeAddress, type ListAddress, MAX_FILTER_CHARS, newSeed } from './list-address';

/** After the last letter (ms). */
const DEBOUNCE_MS = 200;

type Sort = 'artist' | 'name' | 'year' | 'added' | 'random' | 'tracks' | 'album';

/** How a list is sorted, and the words that it is narrowed by. @param sorts the first is the one that no address names */
export function ListControls<S extends Sort>({
  address: { q, sort, order, fromYear, toYear },
  sorts,
}: {
  address: ListAddress<S>;
  sorts: readonly S[];
}) {
  const t = useTranslations('list');
  const Direction = order === 'asc' ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  const choose = (chosen: string) =>
    changeAddress({
      sort: chosen === sorts[0] ? null : chosen,
      order: null,
      seed: chosen === 'random' ? String(newSeed()) : null,
    });
  const years = fromYear === toYear ? String(fromYear) : `${fromYear ?? ''}–${toYear ?? ''}`;
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2">
      <FilterField q={q} />
      {(fromYear !== undefined || toYear !== undefined) && (
        <button
          type="button"
          onClick={() => changeAddress({ from: null, to: null })}
          className="inline-flex min-h-10 items-center gap-1.5 rounded-full border border-line-strong/60 bg-wash pr-2.5 pl-4 text-sm font-medium"
        >
          <span className="numbers">{years}</span>
          <X className="size-4" aria-hidden="true" />
          <span className="sr-only">{t('anyYear')}</span>
        </button>
      )}
      <div className="ml-auto flex items-center gap-1">
        <label className="flex items-center gap-2 text-sm text-soft">
          <span className="sr-only">{t('sort')}</span>
          <select
            value={sort}
            onChange={(event) => choose(event.target.value)}
            className="h-10 rounded-lg border border-line-strong/60 bg-surface px-3 text-sm font-medium text-ink"
          >
            {sorts.map((option) => (
              <option key={option} value={option}>
                {t(`sorts.${option as Sort}`)}
              </option>
            ))}
          </select>
        </label>
        {sort === 'random' ? (
          <IconButton label={t('again')} onClick={() => changeAddress({ seed: String(newSeed()) })}>
            <RefreshCw className="size-[1.15rem]" aria-hidden="true" />
          </IconButton>
        ) : (
          <IconButton
            label={t('reverse')}
            pressed={order === 'desc'}
            onClick={() => changeAddress({ order: order === 'asc' ? 'desc' : null })}
          >
            <Direction className="size-[1.15rem]" aria-hidden="true" />
          </IconButton>
        )}
      </div>
    </div>
  );
}

function FilterField({ q }: { q: string }) {
  const t = useTranslations('list');
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const written = useRef(q);
  useEffect(() => {
    // A link, or the back button, led to a list that is narrowed by other words.
    if (q !== written.current) {
      written.current = q;
      setText(q);
      return;
    }
    if (text.trim() === q) return;
    const timer = setTimeout(() => {
      written.current = text.trim();
      changeAddress({ q: written.current });
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <search className="relative block min-w-0 flex-1 basis-52 sm:max-w-72">
      <ListFilter
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft"
      />
      <input
        ref={field}
        type="search"
        value={text}
        maxLength={MAX_FILTER_CHARS}
        autoComplete="off"
        spellCheck={false}
        aria-label={t('filter')}
        placeholder={t('filter')}
        onChange={(event) => setText(event.target.value)}
        className="h-10 w-full rounded-lg border border-line-strong/60 bg-surface pr-10 pl-9 text-base text-ink placeholder:text-soft sm:text-sm [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== '' && (
        <IconButton
          label={t('clearFilter')}
          className="absolute top-0.5 right-0.5 size-9"
          onClick={() => {
            setText('');
            field.current?.focus();
          }}
        >
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      )}
    </search>
  );
}
