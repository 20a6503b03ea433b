'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Album, Artist } from '@/lib/contracts/catalog';
import { Skeleton } from '../ui/states';
import { Cover } from './cover';

export const GRID = 'grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 lg:grid-cols-4 2xl:grid-cols-6';

export function AlbumGrid({ albums, label }: { albums: readonly Album[]; label: string }) {
  return (
    <ul aria-label={label} className={GRID}>
      {albums.map((album) => (
        <li key={album.id}>
          <Card
            href={`/albums/${album.id}`}
            title={album.title}
            note={album.year === null ? album.artist : `${album.artist} · ${album.year}`}
          >
            <Cover coverId={album.coverId} seed={album.id} rounded="rounded-lg" className="w-full" />
          </Card>
        </li>
      ))}
    </ul>
  );
}

export function ArtistGrid({ artists, label }: { artists: readonly Artist[]; label: string }) {
  const t = useTranslations('artists');
  return (
    <ul aria-label={label} className={GRID}>
      {artists.map((artist) => (
        <li key={artist.id}>
          <Card
            href={`/artists/${artist.id}`}
            title={artist.name}
            note={t('counts', { albums: artist.albumCount, tracks: artist.trackCount })}
          >
            <Cover coverId={artist.coverId} seed={artist.id} rounded="rounded-full" className="w-full" />
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Card({ href, title, note, children }: { href: string; title: string; note: string; children: ReactNode }) {
  return (
    <Link href={href} className="group block rounded-lg">
      <div className="transition-transform duration-200 group-hover:-translate-y-0.5">{children}</div>
      <p className="mt-2.5 truncate text-sm font-semibold group-hover:underline">{title}</p>
      <p className="truncate text-xs text-soft">{note}</p>
    </Link>
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
