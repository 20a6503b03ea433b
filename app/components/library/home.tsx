'use client';
import { Play } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useCurrentTrack, useListening, usePlayerState } from '../listening/context';
import { useAlbums, useHistory, useMe } from '../queries';
import { Button, buttonClass } from '../ui/button';
import { Heading, Section } from '../ui/heading';
import { Empty, ErrorNote, Loading } from '../ui/states';
import { AlbumGrid, GridSkeleton } from './cards';
import { Cover } from './cover';
import { TrackList } from './track-list';

const ALBUMS_SHOWN = 12;
const RECENT_SHOWN = 6;

export function Home() {
  const t = useTranslations('home');
  const albums = useAlbums();
  const ready = useReady(albums.isPending);
  const shown = albums.data?.pages[0]?.albums.slice(0, ALBUMS_SHOWN) ?? [];
  const name = useMe().data?.account?.name;
  return (
    <div className="page">
      <Heading title={name === undefined ? t('hello') : t('helloName', { name })} />
      {ready ? (
        <>
          <Continue />
          <Recent />
          {albums.error !== null && <ErrorNote error={albums.error} retry={() => void albums.refetch()} />}
          {albums.data !== undefined && shown.length === 0 && <EmptyLibrary />}
          {shown.length > 0 && (
            <Section
              title={t('albums')}
              aside={
                <Link href="/albums" className="text-sm font-medium text-accent hover:underline">
                  {t('allAlbums')}
                </Link>
              }
            >
              <AlbumGrid albums={shown} label={t('albums')} />
            </Section>
          )}
        </>
      ) : (
        <Loading>
          <GridSkeleton />
        </Loading>
      )}
    </div>
  );
}

/** Longest wait for the player, which knows where one left off. */
const PLAYER_WAIT_MS = 1500;

/** Everything above the albums is known, so that nothing pushes them down later. */
function useReady(albumsPending: boolean): boolean {
  const { player } = useListening();
  const history = useHistory();
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), PLAYER_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return !albumsPending && !history.isPending && (player !== null || waited);
}

/** No music yet: an administrator is led to where it is added. */
export function EmptyLibrary() {
  const t = useTranslations('home');
  const isAdmin = useMe().data?.account?.role === 'admin';
  return (
    <Empty
      title={t('empty')}
      action={
        isAdmin && (
          <Link href="/admin/library" className={buttonClass('honey')}>
            {t('addMusic')}
          </Link>
        )
      }
    >
      {isAdmin ? t('emptyAdmin') : t('emptyListener')}
    </Empty>
  );
}

/** What was playing when the page was last closed. */
function Continue() {
  const t = useTranslations('home');
  const { command } = useListening();
  const track = useCurrentTrack();
  const resumable = usePlayerState((state) => state.status === 'paused' || state.status === 'idle');
  if (track === null || !resumable) return null;
  return (
    <section
      aria-labelledby="continue"
      className="hive mb-10 flex border items-center gap-4 overflow-hidden rounded-2xl p-4 sm:gap-6 sm:p-5"
    >
      <Cover
        coverId={track.coverId}
        seed={track.albumId}
        size="large"
        eager
        rounded="rounded-lg"
        className="w-20 sm:w-28"
      />
      <div className="min-w-0 flex-1">
        <h2 id="continue" className="text-xs font-medium text-soft">
          {t('continue')}
        </h2>
        <p className="mt-1 truncate text-lg font-semibold sm:text-2xl">{track.title}</p>
        <p className="truncate text-sm text-soft">
          {track.artist} · {track.album}
        </p>
      </div>
      <Button look="honey" onClick={() => command((player) => player.play())} className="shrink-0">
        <Play className="size-4 fill-current" aria-hidden="true" />
        <span className="sr-only sm:not-sr-only">{t('resume')}</span>
      </Button>
    </section>
  );
}

function Recent() {
  const t = useTranslations('home');
  const history = useHistory().data?.pages[0];
  if (history === undefined || history.plays.length === 0) return null;
  const byId = new Map(history.tracks.map((track) => [track.id, track]));
  const ids = [...new Set(history.plays.map((play) => play.trackId))];
  const rows = ids.flatMap((id) => byId.get(id) ?? []).slice(0, RECENT_SHOWN);
  if (rows.length === 0) return null;
  return (
    <div className="mb-10">
      <Section
        title={t('recent')}
        aside={
          <Link href="/history" className="text-sm font-medium text-accent hover:underline">
            {t('allHistory')}
          </Link>
        }
      >
        <TrackList rows={rows.map((track) => ({ key: track.id, track }))} label={t('recent')} />
      </Section>
    </div>
  );
}
