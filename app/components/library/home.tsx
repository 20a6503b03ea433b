'use client';
import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useCurrentTrack, useListening, usePlayerState } from '../listening/context';
import { useHome, useMe } from '../queries';
import { Button } from '../ui/button';
import { Heading } from '../ui/heading';
import { ErrorNote, Loading } from '../ui/states';
import { GridSkeleton } from './cards';
import { Cover } from './cover';
import { EmptyLibrary } from './empty-library';
import { newSeed } from './list-address';
import { Shelves } from './shelves';

export function Home() {
  const t = useTranslations('home');
  const [seed, setSeed] = useState(seedOfVisit);
  const query = useHome(seed);
  const ready = useReady(query.isPending);
  const name = useMe().data?.account?.name;
  return (
    <div className="page">
      <Heading title={name === undefined ? t('hello') : t('helloName', { name })} />
      {ready ? (
        <>
          <Continue />
          {query.error !== null && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
          {query.data?.added.length === 0 && <EmptyLibrary />}
          {query.data !== undefined && (
            <Shelves
              shelves={query.data}
              seed={seed}
              reshuffle={() => {
                visitSeed = newSeed();
                setSeed(visitSeed);
              }}
            />
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

/** The albums by chance stay the same while one goes to one of them and back. */
let visitSeed: number | null = null;
function seedOfVisit(): number {
  // On the server nothing is asked.
  if (typeof window === 'undefined') return 0;
  visitSeed ??= newSeed();
  return visitSeed;
}

/** Longest wait for the player, which knows where one left off. */
const PLAYER_WAIT_MS = 1500;

/** Everything above the shelves is known, so that nothing pushes them down later. */
function useReady(shelvesPending: boolean): boolean {
  const { player } = useListening();
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), PLAYER_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return !shelvesPending && (player !== null || waited);
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
