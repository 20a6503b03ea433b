'use client';
import { Pause, Play } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import { sounds } from '@/lib/player/api';
import { useCurrentTrack, useListening, usePlayerState } from '../listening/context';
import { useContextPress } from '../ui/context-press';
import { Skeleton } from '../ui/states';
import { GRID } from './card-layout';
import { CardList, CardSkeleton } from './card-list';
import { Cover } from './cover';
import { useMusicMenu } from './music-menu';
import { albumSubject, artistSubject, type MusicSubject, useMusicActions } from './music-subject';

export function AlbumGrid({ albums, label }: { albums: readonly Album[]; label: string }) {
  const card = (index: number) => <AlbumCard album={albums[index]} />;
  return <CardList count={albums.length} label={label} card={card} />;
}

/** @param album undefined: it is on its way */
export function AlbumCard({ album }: { album: Album | undefined }) {
  if (album === undefined) return <CardSkeleton />;
  return (
    <Card
      href={`/albums/${album.id}`}
      title={album.title}
      note={album.year === null ? album.artist : `${album.artist} · ${album.year}`}
      subject={albumSubject(album)}
      isCurrent={(track) => track.albumId === album.id}
    >
      <Cover coverId={album.coverId} seed={album.id} rounded="rounded-lg" className="w-full" />
    </Card>
  );
}

export function ArtistGrid({ artists, label }: { artists: readonly Artist[]; label: string }) {
  const card = (index: number) => <ArtistCard artist={artists[index]} />;
  return <CardList count={artists.length} label={label} card={card} />;
}

/** @param artist undefined: they are on their way */
export function ArtistCard({ artist }: { artist: Artist | undefined }) {
  const t = useTranslations('artists');
  if (artist === undefined) return <CardSkeleton round />;
  return (
    <Card
      href={`/artists/${artist.id}`}
      title={artist.name}
      note={t('counts', { albums: artist.albumCount, tracks: artist.trackCount })}
      subject={artistSubject(artist)}
      isCurrent={(track) => track.artistId === artist.id}
    >
      <Cover coverId={artist.coverId} seed={artist.id} rounded="rounded-full" className="w-full" />
    </Card>
  );
}

/** Leads to a page; a button over its cover plays what is there, or what `play` does. */
export function Card({
  href,
  title,
  note,
  subject,
  isCurrent,
  play,
  children,
}: {
  href: string;
  title: string;
  note: string;
  subject: MusicSubject;
  isCurrent: (track: Track) => boolean;
  play?: (() => void) | undefined;
  children: ReactNode;
}) {
  const openMenu = useMusicMenu();
  const contextPress = useContextPress();
  return (
    <div
      className="group relative rounded-lg [-webkit-touch-callout:none] pointer-coarse:select-none"
      {...contextPress.on((place) => openMenu(subject, place))}
    >
      <Link href={href} className="block rounded-lg">
        <div className="transition-transform duration-200 group-hover:-translate-y-0.5">{children}</div>
        <p className="mt-2.5 truncate text-sm font-semibold group-hover:underline">{title}</p>
        <p className="truncate text-xs text-soft">{note}</p>
      </Link>
      {/* Over the cover, which is a square as wide as the card. */}
      <div className="pointer-events-none absolute inset-x-0 top-0 flex aspect-square items-end justify-end p-2">
        <PlaySubject subject={subject} isCurrent={isCurrent} onPlay={play} />
      </div>
    </div>
  );
}

/**
 * Plays an album, artist or playlist from its card: seen while the pointer or the focus is on the card, and always where there is no pointer
 * that could rest on it.
 * @param onPlay what a press does, where that is not playing all of it from its beginning
 * @param isCurrent whether a track is of it: while such a one plays, the button pauses
 */
export function PlaySubject({
  subject,
  isCurrent,
  onPlay,
  className = '',
}: {
  subject: MusicSubject;
  isCurrent?: (track: Track) => boolean;
  onPlay?: (() => void) | undefined;
  className?: string;
}) {
  const t = useTranslations('track');
  const { command } = useListening();
  const { play } = useMusicActions();
  const current = useCurrentTrack();
  const status = usePlayerState((state) => state.status);
  const isIts = current !== null && isCurrent?.(current) === true;
  const isSounding = isIts && sounds({ status });
  const Icon = isSounding ? Pause : Play;
  const title = subject.name ?? '';
  const start = onPlay ?? (() => void play(subject));
  const label = isSounding ? t('pause', { title }) : t('play', { title });
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => (isSounding ? command((player) => player.pause()) : start())}
      className={`pointer-events-auto grid size-11 place-items-center rounded-full bg-honey text-on-honey shadow-lift transition-opacity hover:bg-honey-deep focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100 ${isSounding ? '' : 'opacity-0'} ${className}`}
    >
      <Icon className={`size-5 fill-current ${isSounding ? '' : 'ml-0.5'}`} aria-hidden="true" />
    </button>
  );
}

const SHAPES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function GridSkeleton({ round = false, count = 8 }: { round?: boolean; count?: number }) {
  return (
    <div className={GRID}>
      {SHAPES.slice(0, count).map((shape) => (
        <div key={shape}>
          <Skeleton className={`aspect-square w-full ${round ? 'rounded-full' : 'rounded-lg'}`} />
          <Skeleton className="mt-3 h-3.5 w-3/4" />
          <Skeleton className="mt-2 h-3 w-1/2" />
        </div>
      ))}
    </div>
  );
}
