'use client';
import { ListFilter, ListMusic, Plus } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import type { PlaylistList } from '@/lib/contracts/api/playlists';
import { useDates } from '../format';
import { later } from '../later';
import { PlaySubject } from '../library/cards';
import { useMusicMenu } from '../library/music-menu';
import { playlistSubject } from '../library/music-subject';
import { usePublicPlaylists } from '../queries';
import { useInterface } from '../shell/interface';
import { Button } from '../ui/button';
import { useContextPress } from '../ui/context-press';
import { Heading } from '../ui/heading';
import { HEXAGON } from '../ui/hexagon';
import { More } from '../ui/more';
import { Empty, Pending, Skeleton } from '../ui/states';
import { useLatePlaylists, usePlaylists } from './changes';
import { ImportPlaylist } from './import-playlist';

const SmartEditor = later(() => import('./smart/smart-editor').then((module) => module.SmartEditor));

export function Playlists() {
  const t = useTranslations('playlists');
  const { newPlaylist } = useInterface();
  const query = usePlaylists();
  const { data } = query;
  const [makesSmart, setMakesSmart] = useState(false);
  const create = (
    <Button look="honey" onClick={() => newPlaylist([])}>
      <Plus className="size-4" aria-hidden="true" />
      {t('new')}
    </Button>
  );
  return (
    <div className="page">
      <Heading title={t('title')}>
        {data !== undefined && (
          <div className="flex flex-wrap gap-2">
            <ImportPlaylist />
            <Button onClick={() => setMakesSmart(true)}>
              <ListFilter className="size-4" aria-hidden="true" />
              {t('newSmart')}
            </Button>
            {data.playlists.length > 0 && create}
          </div>
        )}
      </Heading>
      <Pending query={query}>
        <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {['a', 'b', 'c'].map((shape) => (
            <Skeleton key={shape} className="h-20 rounded-xl" />
          ))}
        </div>
      </Pending>
      {data?.playlists.length === 0 && (
        <Empty title={t('empty')} action={create}>
          {t('emptyHint')}
        </Empty>
      )}
      {data !== undefined && <Cards playlists={data.playlists} people={data.people} />}
      <PublicPlaylists />
      {makesSmart && <SmartEditor edited={null} onClose={() => setMakesSmart(false)} />}
    </div>
  );
}

/** What others made public; nothing where there is none. */
function PublicPlaylists() {
  const t = useTranslations('playlists');
  const query = usePublicPlaylists();
  const pages = query.data?.pages ?? [];
  const others = pages.flatMap((page) => page.playlists).filter(({ role }) => role === 'reader');
  if (others.length === 0 && !query.hasNextPage) return null;
  return (
    <section aria-label={t('publicTitle')} className="mt-10">
      <h2 className="mb-4 text-lg font-semibold">{t('publicTitle')}</h2>
      <Cards playlists={others} people={pages.flatMap((page) => page.people)} />
      <More query={query} />
    </section>
  );
}

function Cards({ playlists, people }: Pick<PlaylistList, 'playlists' | 'people'>) {
  const t = useTranslations('playlists');
  const dates = useDates();
  const late = useLatePlaylists();
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {playlists.map((playlist) => (
        <PlaylistCard key={playlist.id} playlist={playlist}>
          {late.has(playlist.id)
            ? t('saving')
            : playlist.role === 'owner'
              ? dates.date(playlist.updatedAt)
              : t('by', { name: people.find(({ id }) => id === playlist.ownerId)?.name ?? '' })}
        </PlaylistCard>
      ))}
    </ul>
  );
}

/** @param children whose it is, or when it was changed */
function PlaylistCard({ playlist, children }: { playlist: PlaylistList['playlists'][number]; children: ReactNode }) {
  const t = useTranslations('playlists');
  const openMenu = useMusicMenu();
  const contextPress = useContextPress();
  const subject = playlistSubject(playlist);
  // Whether rules choose anything is known only when it is asked.
  const mayPlay = playlist.trackCount > 0 || playlist.smart === true;
  const Icon = playlist.smart ? ListFilter : ListMusic;
  return (
    <li
      className="group relative [-webkit-touch-callout:none] pointer-coarse:select-none"
      {...contextPress.on((place) => openMenu(subject, place))}
    >
      <Link
        href={`/playlists/${playlist.id}`}
        className="flex items-center gap-4 rounded-xl border bg-surface p-4 transition-colors hover:border-line-strong"
      >
        <span className="relative grid size-12 shrink-0 place-items-center">
          <svg viewBox="0 0 24 24" aria-hidden="true" className="absolute inset-0">
            <path d={HEXAGON} fill="var(--wash)" />
          </svg>
          <Icon className="relative size-5 text-accent" aria-hidden="true" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">{playlist.name}</span>
          <span className="block truncate text-xs text-soft">
            {playlist.smart ? t('smart') : t('tracks', { count: playlist.trackCount })} · {children}
          </span>
        </span>
        {mayPlay && <span className="w-11 shrink-0" />}
      </Link>
      {mayPlay && (
        <div className="pointer-events-none absolute inset-y-0 right-4 grid place-items-center">
          <PlaySubject subject={subject} />
        </div>
      )}
    </li>
  );
}
