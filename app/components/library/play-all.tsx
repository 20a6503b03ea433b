'use client';
import { Play, Shuffle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Track } from '@/lib/contracts/catalog';
import { later } from '../later';
import { useListening, usePlayTracks } from '../listening/context';
import { HeartButton } from '../marks/heart-button';
import { Button } from '../ui/button';
import { MoreButton, type MusicSubject } from './music-menu';

const Stars = later(() => import('../marks/stars').then((module) => module.Stars), StarsToCome);

/** Plays a whole album, artist or playlist. @param subject has its menu beside it */
export function PlayAll({ tracks, subject }: { tracks: readonly Track[]; subject?: MusicSubject }) {
  const t = useTranslations('track');
  const play = usePlayTracks();
  const { command } = useListening();
  const none = tracks.every((track) => track.withdrawn || track.missing);
  const [one] = subject?.marks?.ids ?? [];
  const start = (shuffled: boolean) => {
    command((player) => player.setShuffle(shuffled));
    play(tracks, shuffled ? Math.floor(Math.random() * tracks.length) : 0);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="honey" disabled={none} onClick={() => start(false)}>
        <Play className="size-4 fill-current" aria-hidden="true" />
        {t('playAll')}
      </Button>
      <Button disabled={none} onClick={() => start(true)}>
        <Shuffle className="size-4" aria-hidden="true" />
        {t('shuffle')}
      </Button>
      {one !== undefined && subject?.marks !== undefined && (
        <HeartButton kind={subject.marks.kind} id={one} name={subject.name ?? ''} />
      )}
      {subject !== undefined && <MoreButton subject={subject} />}
      {one !== undefined && subject?.marks?.kind === 'album' && (
        <Stars kind="album" id={one} name={subject.name ?? ''} />
      )}
    </div>
  );
}

/** As wide as the stars that are loading. */
function StarsToCome() {
  return <span className="h-10 w-40" />;
}
