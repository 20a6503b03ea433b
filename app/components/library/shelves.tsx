'use client';
import { RefreshCw } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Album, Track } from '@/lib/contracts/catalog';
import type { BegunAlbum, HomeShelves } from '@/lib/contracts/shelves';
import { usePlayTracks } from '../listening/context';
import { IconButton } from '../ui/button';
import { Section } from '../ui/heading';
import { AlbumCard, Card } from './cards';
import { Cover } from './cover';
import { albumSubject, tracksSubject, useMusicActions } from './music-subject';

/** The shelves of the home page. One that has nothing on it is not shown. @param seed of the albums by chance @param reshuffle others of them */
export function Shelves({ shelves, seed, reshuffle }: { shelves: HomeShelves; seed: number; reshuffle: () => void }) {
  const t = useTranslations('home');
  const { begun, added, recent, mostPlayed, random, sameYear, rediscover, onThisDay } = shelves;
  const again = (
    <IconButton label={t('reshuffle')} className="-my-2" onClick={reshuffle}>
      <RefreshCw className="size-[1.15rem]" aria-hidden="true" />
    </IconButton>
  );
  const year = sameYear?.year ?? 0;
  return (
    <>
      <BegunShelf title={t('begun')} all="/shelves/continue" begun={begun} />
      <TrackShelf title={t('recent')} all="/history" tracks={recent} />
      <AlbumShelf title={t('added')} all="/albums?sort=added" albums={added} />
      <TrackShelf title={t('mostPlayed')} all="/shelves/most-played" tracks={mostPlayed} />
      <TrackShelf title={t('rediscover')} all="/shelves/rediscover" tracks={rediscover} />
      <TrackShelf title={t('onThisDay')} all="/shelves/on-this-day" tracks={onThisDay} />
      <AlbumShelf
        title={t('sameYear', { year: String(year) })}
        all={`/albums?from=${year}&to=${year}`}
        albums={sameYear?.albums ?? []}
      />
      <AlbumShelf title={t('random')} all={`/albums?sort=random&seed=${seed}`} albums={random} beside={again} />
    </>
  );
}

function AlbumShelf({
  albums,
  ...shelf
}: {
  title: string;
  all: string;
  albums: readonly Album[];
  beside?: ReactNode;
}) {
  return (
    <Shelf {...shelf}>
      {albums.map((album) => (
        <AlbumCard key={album.id} album={album} />
      ))}
    </Shelf>
  );
}

function BegunShelf({ begun, ...shelf }: { title: string; all: string; begun: readonly BegunAlbum[] }) {
  return (
    <Shelf {...shelf}>
      {begun.map((one) => (
        <BegunCard key={one.album.id} begun={one} />
      ))}
    </Shelf>
  );
}

/** An album that goes on where it was left. */
export function BegunCard({ begun: { album, trackId, position } }: { begun: BegunAlbum }) {
  const t = useTranslations('home');
  const playTracks = usePlayTracks();
  const { withTracks } = useMusicActions();
  const subject = albumSubject(album);
  const goOn = (tracks: readonly Track[]) =>
    playTracks(
      tracks,
      tracks.findIndex(({ id }) => id === trackId),
    );
  return (
    <Card
      href={`/albums/${album.id}#${trackId}`}
      title={album.title}
      note={t('nextTrack', { position, count: album.trackCount })}
      subject={subject}
      isCurrent={(track) => track.albumId === album.id}
      play={() => void withTracks(subject.tracks, goOn)}
    >
      <Cover coverId={album.coverId} seed={album.id} rounded="rounded-lg" className="w-full" />
    </Card>
  );
}

/** Playing one plays the shelf on from there. */
function TrackShelf({ tracks, ...shelf }: { title: string; all: string; tracks: readonly Track[] }) {
  const playTracks = usePlayTracks();
  return (
    <Shelf {...shelf}>
      {tracks.map((track, index) => (
        <Card
          key={track.id}
          href={`/albums/${track.albumId}#${track.id}`}
          title={track.title}
          note={track.artist}
          subject={tracksSubject([track])}
          isCurrent={({ id }) => id === track.id}
          play={() => playTracks(tracks, index)}
        >
          <Cover coverId={track.coverId} seed={track.albumId} rounded="rounded-lg" className="w-full" />
        </Card>
      ))}
    </Shelf>
  );
}

/** Cards in a row that scrolls sideways. @param all the page that has more of it */
function Shelf({
  title,
  all,
  beside,
  children,
}: {
  title: string;
  all: string;
  beside?: ReactNode;
  children: readonly ReactNode[];
}) {
  const t = useTranslations('home');
  if (children.length === 0) return null;
  const aside = (
    <span className="flex shrink-0 items-center gap-2">
      {beside}
      <Link href={all} className="text-sm font-medium text-accent hover:underline">
        {t('showAll')}
        <span className="sr-only">: {title}</span>
      </Link>
    </span>
  );
  return (
    <Section title={title} aside={aside}>
      <ul
        aria-label={title}
        className="-mx-4 flex snap-x scroll-px-4 gap-4 overflow-x-auto px-4 pt-1 pb-2 [scrollbar-width:thin] md:-mx-8 md:scroll-px-8 md:px-8"
      >
        {children.map((card, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is in it has a key of its own
          <li key={index} className="w-36 shrink-0 snap-start sm:w-44">
            {card}
          </li>
        ))}
      </ul>
    </Section>
  );
}
