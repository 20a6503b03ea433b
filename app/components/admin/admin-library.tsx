'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { bytes } from '../format';
import { Cover } from '../library/cover';
import { useImports, useSearch, useSummary } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Heading, Section } from '../ui/heading';
import { ErrorNote, Loading, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { AddMusic } from './add-music';
import { LibraryFolders } from './library-folders';

const DEBOUNCE_MS = 200;

export function AdminLibrary() {
  const t = useTranslations('admin');
  const locale = useLocale();
  const client = useQueryClient();
  const summary = useSummary();
  const imports = useImports();
  const running = imports.data?.imports.some((run) => run.state === 'running') ?? false;
  // What an import brought is seen when it ends, also where no fact can tell of it.
  useEffect(() => {
    if (!running) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'imports' });
  }, [running, client]);
  const counts = summary.data;
  return (
    <>
      <Heading title={t('library')} />
      {summary.error !== null && <ErrorNote error={summary.error} retry={() => void summary.refetch()} />}
      <p className="-mt-4 mb-8 min-h-5 text-sm text-soft numbers">
        {counts !== undefined &&
          t('summary', {
            tracks: counts.tracks,
            albums: counts.albums,
            artists: counts.artists,
            bytes: bytes(counts.bytes, locale),
            withdrawn: counts.withdrawn,
          })}
      </p>
      {imports.isPending ? (
        <Loading>
          <Skeleton className="h-72 rounded-xl" />
        </Loading>
      ) : (
        <div className="grid grid-cols-1 items-start gap-10 xl:grid-cols-2">
          <Section title={t('addMusic')}>
            <AddMusic />
          </Section>
          <div className="xl:mt-0">
            <LibraryFolders />
            <Withdraw />
          </div>
        </div>
      )}
    </>
  );
}

/** Finds tracks to withdraw or restore. */
function Withdraw() {
  const t = useTranslations('admin');
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error } = useSearch(q);
  return (
    <Section title={t('withdraw')}>
      <p className="mb-4 text-sm text-soft">{t('withdrawText')}</p>
      <Field
        label={t('findTrack')}
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
      />
      {error !== null && <ErrorNote error={error} />}
      {q !== '' && data !== undefined && (
        <ul aria-label={t('found')} className="mt-4 grid grid-cols-1 gap-px">
          {data.tracks.map((track) => (
            <WithdrawRow key={track.id} track={track} />
          ))}
          {data.tracks.length === 0 && <li className="text-sm text-soft">{t('nothingFound')}</li>}
        </ul>
      )}
    </Section>
  );
}

function WithdrawRow({ track }: { track: Track }) {
  const t = useTranslations('admin');
  const client = useQueryClient();
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: (withdrawn: boolean) => gateway.withdraw(track.id, withdrawn),
    onSettled: () => client.invalidateQueries(),
    onError: (error) => toast.error(errorText(error)),
  });
  return (
    <li className="flex items-center gap-3 border-t py-2.5 first:border-t-0">
      <Cover coverId={track.coverId} seed={track.albumId} className="size-10" />
      <div className="min-w-0 flex-1">
        <p className={`truncate text-sm font-medium ${track.withdrawn ? 'text-soft line-through' : ''}`}>
          {track.title}
        </p>
        <p className="truncate text-xs text-soft">
          {track.artist} · {track.album}
        </p>
      </div>
      <Button
        look={track.withdrawn ? 'plain' : 'danger'}
        disabled={change.isPending}
        onClick={() => change.mutate(!track.withdrawn)}
        aria-label={`${track.withdrawn ? t('restore') : t('takeOut')}: ${track.title}`}
      >
        {track.withdrawn ? t('restore') : t('takeOut')}
      </Button>
    </li>
  );
}
