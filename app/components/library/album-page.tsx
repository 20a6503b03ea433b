'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Track } from '@/lib/contracts/catalog';
import { mayPass } from '../errors';
import { clock } from '../format';
import { useAlbum } from '../queries';
import { PageName } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { Cover } from './cover';
import { GenreLinks } from './genre-links';
import { albumSubject } from './music-subject';
import { PlayAll } from './play-all';
import { TrackList, TrackListSkeleton } from './track-list';

export function AlbumPage({ id }: { id: string }) {
  const t = useTranslations('albums');
  const query = useAlbum(id);
  if (query.data === undefined || (query.error !== null && !mayPass(query.error))) {
    return (
      <div className="page">
        <Pending query={query}>
          <div className="mb-8 flex flex-col gap-6 sm:flex-row sm:items-end">
            <Skeleton className="aspect-square w-44 rounded-xl md:w-56" />
            <div className="grid gap-3">
              <Skeleton className="h-9 w-64 max-w-full" />
              <Skeleton className="h-4 w-40" />
            </div>
          </div>
          <TrackListSkeleton />
        </Pending>
      </div>
    );
  }
  const { album, tracks, total } = query.data;
  const seconds = tracks.reduce((sum, track) => sum + track.durationS, 0);
  return (
    <div className="page">
      <div className="mb-8 flex flex-col gap-6 sm:flex-row sm:items-end">
        <Cover
          coverId={album.coverId}
          seed={album.id}
          size="large"
          eager
          rounded="rounded-xl"
          className="w-44 shadow-lift md:w-56"
        />
        <div className="min-w-0">
          <PageName name={album.title} />
          <p className="mt-2 mb-5 text-sm text-soft">
            <Link href={`/artists/${album.artistId}`} className="font-semibold text-ink hover:underline">
              {album.artist}
            </Link>
            {album.year !== null && ` · ${album.year}`}
            {` · ${t('tracks', { count: total })}`}
            {tracks.length === total && ` · ${clock(seconds)}`}
          </p>
          <PlayAll tracks={tracks} total={total} subject={albumSubject(album)} />
          <GenreLinks genres={album.genres ?? []} />
        </div>
      </div>
      {byDisc(tracks).map(([disc, part], _, discs) => (
        <div key={disc} className="mt-6 first:mt-0">
          {discs.length > 1 && (
            <h2 className="mb-2 text-sm font-semibold text-soft">
              {t('disc', { number: disc })}
              {subtitleOf(part)}
            </h2>
          )}
          <TrackList
            rows={part.map((track) => ({ key: track.id, track }))}
            label={album.title}
            look="album"
            all={tracks.length < total ? albumSubject(album).tracks : tracks}
          />
        </div>
      ))}
    </div>
  );
}

/** What the tags, or the folder, call a disc. */
function subtitleOf(disc: readonly Track[]): string {
  const named = disc.find(({ discSubtitle }) => discSubtitle != null && discSubtitle !== '');
  return named === undefined ? '' : ` · ${named.discSubtitle}`;
}

function byDisc(tracks: readonly Track[]): [number, Track[]][] {
  const discs = new Map<number, Track[]>();
  for (const track of tracks) {
    const disc = track.discNo ?? 1;
    const part = discs.get(disc);
    if (part === undefined) discs.set(disc, [track]);
    else part.push(track);
  }
  return [...discs].sort(([a], [b]) => a - b);
}
