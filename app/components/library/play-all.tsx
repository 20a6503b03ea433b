'use client';
import { Play, Shuffle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Track } from '@/lib/contracts/catalog';
import { later } from '../later';
import { useListening, usePlayTracks } from '../listening/context';
import { HeartButton } from '../marks/heart-button';
import { Button } from '../ui/button';
import { MoreButton } from './music-menu';
import { type MusicSubject, useMusicActions } from './music-subject';

const Stars = later(() => import('../marks/stars').then((module) => module.Stars), StarsToCome);

/**
 * Plays a whole album, artist or playlist.
 * @param total how many tracks there are, where `tracks` may not be all of them yet: then `subject` has them
 * @param subject has its menu beside it
 */
export function PlayAll({
  tracks,
  total = tracks.length,
  subject,
}: {
  tracks: readonly Track[];
  total?: number;
  subject?: MusicSubject;
}) {
  const t = useTranslations('track');
  const play = usePlayTracks();
  const { withTracks } = useMusicActions();
  const { command } = useListening();
  const [one] = subject?.marks?.ids ?? [];
  const none = tracks.length === total && tracks.every((track) => track.withdrawn || track.missing);
  const start = (shuffled: boolean) => {
    const begin = (all: readonly Track[]) => {
      command((player) => player.setShuffle(shuffled));
      play(all, shuffled ? Math.floor(Math.random() * all.length) : 0);
    };
    if (tracks.length < total && subject !== undefined) void withTracks(subject.tracks, begin);
    else begin(tracks);
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
