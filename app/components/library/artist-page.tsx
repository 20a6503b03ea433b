'use client';
import { useTranslations } from 'next-intl';
import { useArtist } from '../queries';
import { Section } from '../ui/heading';
import { ErrorNote, Loading, Skeleton } from '../ui/states';
import { AlbumGrid, GridSkeleton } from './cards';
import { Cover } from './cover';
import { PlayAll } from './play-all';
import { TrackList } from './track-list';

export function ArtistPage({ id }: { id: string }) {
  const t = useTranslations('artists');
  const { data, error, refetch } = useArtist(id);
  if (error !== null) {
    return (
      <div className="page">
        <ErrorNote error={error} retry={() => void refetch()} />
      </div>
    );
  }
  if (data === undefined) {
    return (
      <Loading>
        <div className="page">
          <Skeleton className="mb-10 h-12 w-72 max-w-full" />
          <GridSkeleton count={4} />
        </div>
      </Loading>
    );
  }
  const { artist, albums, tracks } = data;
  return (
    <div className="page">
      <div className="mb-10 flex items-center gap-5 md:gap-8">
        <Cover
          coverId={artist.coverId}
          seed={artist.id}
          size="large"
          eager
          rounded="rounded-full"
          className="w-24 shadow-lift md:w-40"
        />
        <div className="min-w-0">
          <h1 className="text-3xl font-bold tracking-tight md:text-5xl">{artist.name}</h1>
          <p className="mt-2 mb-4 text-sm text-soft">
            {t('counts', { albums: artist.albumCount, tracks: artist.trackCount })}
          </p>
          <PlayAll tracks={tracks} />
        </div>
      </div>
      {albums.length > 0 && (
        <Section title={t('albums')}>
          <AlbumGrid albums={albums} label={t('albums')} />
        </Section>
      )}
      {tracks.length > 0 && (
        <Section title={t('tracks')}>
          <TrackList rows={tracks.map((track) => ({ key: track.id, track }))} label={t('tracks')} />
        </Section>
      )}
    </div>
  );
}
