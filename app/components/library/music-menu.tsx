'use client';
/** What can be done with music wherever it is shown: tracks, albums, artists and playlists have one menu. */
import { Ellipsis } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { later } from '../later';
import { IconButton } from '../ui/button';
import { useMenu } from '../ui/menu';
import { menuPlace } from '../ui/menu-request';
import type { MusicSubject } from './music-subject';

const MusicEntries = later(() => import('./music-entries').then((module) => module.MusicEntries));

/** Opens a subject's menu. */
export function useMusicMenu() {
  const t = useTranslations('track');
  const open = useMenu();
  return useCallback(
    (subject: MusicSubject, place: ReturnType<typeof menuPlace>) =>
      open({
        ...place,
        label:
          subject.name === null
            ? t('count', { count: subject.count ?? subject.links.length })
            : t('more', { title: subject.name }),
        entries: [{ draw: () => <MusicEntries subject={subject} /> }],
      }),
    [t, open],
  );
}

export function MoreButton({ subject, className = '' }: { subject: MusicSubject; className?: string }) {
  const t = useTranslations('track');
  const openMenu = useMusicMenu();
  return (
    <IconButton
      label={t('more', { title: subject.name ?? '' })}
      aria-haspopup="menu"
      className={className}
      onClick={(event) => openMenu(subject, menuPlace(event.currentTarget))}
    >
      <Ellipsis className="size-5" aria-hidden="true" />
    </IconButton>
  );
}
