'use client';
import { Heart } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { MarkedKind } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { AlbumGrid, ArtistGrid, GridSkeleton } from '../library/cards';
import type { MusicSubject } from '../library/music-subject';
import { PlayAll } from '../library/play-all';
import { TrackList, TrackListSkeleton } from '../library/track-list';
import { useFavourites } from '../queries';
import { buttonClass } from '../ui/button';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { Empty, Pending } from '../ui/states';
import { allPages } from '../whole-list';

const PAGES = [
  { kind: 'track', href: '/favourites', name: 'tracks' },
  { kind: 'album', href: '/favourites/albums', name: 'albums' },
  { kind: 'artist', href: '/favourites/artists', name: 'artists' },
] as const satisfies readonly { kind: MarkedKind; href: string; name: string }[];

/** The listener's favourites of one kind, the newest first. */
export function FavouritesPage({ kind }: { kind: MarkedKind }) {
  const t = useTranslations('marks');
  const query = useFavourites(kind);
  const pages = query.data?.pages ?? [];
  const tracks = pages.flatMap((page) => page.tracks);
  const total = pages.at(-1)?.total;
  const label = t(kind === 'track' ? 'tracks' : kind === 'album' ? 'albums' : 'artists');
  const all: MusicSubject = {
    name: t('title'),
    tracks: () =>
      allPages(async (page) => {
        const { tracks: items, total: count } = await gateway.favourites('track', page);
        return { items, total: count };
      }),
    count: total,
    links: [],
  };
  return (
    <div className="page">
      <Heading title={t('title')} />
      <nav aria-label={t('title')} className="-mt-2 mb-6 flex gap-1">
        {PAGES.map((page) => (
          <Link
            key={page.kind}
            href={page.href}
            replace
            aria-current={page.kind === kind ? 'page' : undefined}
            className="inline-flex min-h-10 items-center rounded-full px-3.5 text-sm font-medium text-soft transition-colors hover:text-ink aria-[current]:bg-wash aria-[current]:font-semibold aria-[current]:text-ink"
          >
            {t(page.name)}
          </Link>
        ))}
      </nav>
      <Pending query={query}>
        {kind === 'track' ? <TrackListSkeleton /> : <GridSkeleton round={kind === 'artist'} />}
      </Pending>
      {total === 0 && (
        <Empty
          title={t('none')}
          action={
            <Link href="/search" className={buttonClass('honey')}>
              <Heart className="size-4" aria-hidden="true" />
              {t('find')}
            </Link>
          }
        >
          {t('noneHint')}
        </Empty>
      )}
      {kind === 'track' && tracks.length > 0 && (
        <>
          <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
            <PlayAll tracks={tracks} total={total ?? 0} subject={all} />
            <p className="text-sm text-soft numbers">{t('count', { count: total ?? 0 })}</p>
          </div>
          <TrackList rows={tracks.map((track) => ({ key: track.id, track }))} label={label} />
        </>
      )}
      {kind === 'album' && <AlbumGrid albums={pages.flatMap((page) => page.albums)} label={label} />}
      {kind === 'artist' && <ArtistGrid artists={pages.flatMap((page) => page.artists)} label={label} />}
      <More query={query} />
    </div>
  );
}
