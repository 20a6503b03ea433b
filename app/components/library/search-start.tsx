'use client';
import { History, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useState } from 'react';
import { Button, IconButton } from '../ui/button';
import { Section } from '../ui/heading';
import { keepSearches, recentSearches } from './recent-searches';

const FILTERS = ['genre', 'year', 'loved', 'artist', 'album', 'title'] as const;

/** Before anything is typed: what was searched for lately, and what the field understands. @param onPick text for the field */
export function SearchStart({ accountId, onPick }: { accountId: string; onPick: (text: string) => void }) {
  return (
    <>
      <RecentSearches accountId={accountId} onPick={onPick} />
      <Filters onPick={onPick} />
    </>
  );
}

function RecentSearches({ accountId, onPick }: { accountId: string; onPick: (text: string) => void }) {
  const t = useTranslations('search');
  const [searches, setSearches] = useState(() => recentSearches(accountId));
  if (searches.length === 0) return null;
  const keep = (left: string[]) => {
    keepSearches(accountId, left);
    setSearches(left);
  };
  const forget = (list: HTMLElement | null, place: number) => {
    // The next one takes its place, and the focus.
    const all = buttonsOf(list);
    (all[place + 1] ?? all[place - 1])?.focus();
    keep(searches.filter((_, n) => n !== place));
  };
  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const place = buttonsOf(event.currentTarget).indexOf(event.target as HTMLElement);
    if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Delete' || event.key === 'Backspace') forget(event.currentTarget, place);
    else return;
    event.preventDefault();
  };
  return (
    <Section
      title={t('recent')}
      aside={
        <Button look="quiet" onClick={() => keep([])}>
          {t('forgetAll')}
        </Button>
      }
    >
      <ul onKeyDown={pressed} className="-mx-3">
        {searches.map((q, place) => (
          <li key={q} className="flex items-center rounded-lg hover:bg-wash">
            <button
              type="button"
              data-step=""
              onClick={() => onPick(q)}
              className="flex min-h-11 min-w-0 flex-1 items-center gap-3 rounded-lg px-3 text-left text-sm"
            >
              <History className="size-4 shrink-0 text-soft" aria-hidden="true" />
              <span className="truncate">{q}</span>
            </button>
            <IconButton
              label={t('forget', { q })}
              onClick={(event) => forget(event.currentTarget.closest('ul'), place)}
            >
              <X className="size-4" aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-soft">{t('kept')}</p>
    </Section>
  );
}

const buttonsOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>('button[data-step]') ?? [])];

function Filters({ onPick }: { onPick: (text: string) => void }) {
  const t = useTranslations('search');
  return (
    <Section title={t('filters')}>
      <p className="mb-4 text-sm text-soft">{t('filtersHint')}</p>
      <ul className="grid gap-2 sm:grid-cols-2">
        {FILTERS.map((filter) => {
          const text = filterText(t(`names.${filter}`), t(`examples.${filter}`));
          return (
            <li key={filter}>
              <button
                type="button"
                data-step=""
                onClick={() => onPick(text)}
                className="h-full w-full rounded-xl border border-line bg-surface p-3.5 text-left transition-colors hover:border-line-strong"
              >
                <code className="text-sm font-semibold text-accent">{text}</code>
                <span className="mt-0.5 block text-sm text-soft">{t(`explained.${filter}`)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="mt-4 hidden text-sm text-soft md:block">{t('keys')}</p>
    </Section>
  );
}

/** A filter as it is typed: in quotes where its value has spaces. */
const filterText = (name: string, value: string) => `${name}:${value.includes(' ') ? `"${value}"` : value}`;
