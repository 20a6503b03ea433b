'use client';
import { useTranslations } from 'next-intl';
import { mayPass } from '../errors';
import { useArtist } from '../queries';
import { PageName, Section } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { AlbumGrid, GridSkeleton } from './cards';
import { Cover } from './cover';
import { discography } from './discography';
import { artistSubject } from './music-subject';
import { PlayAll } from './play-all';
import { TrackList } from './track-list';

export function ArtistPage({ id }: { id: string }) {
  const t = useTranslations('artists');
  const query = useArtist(id);
  if (query.data === undefined || (query.error !== null && !mayPass(query.error))) {
    return (
      <div className="page">
        <Pending query={query}>
          <Skeleton className="mb-10 h-12 w-72 max-w-full" />
          <GridSkeleton count={4} />
        </Pending>
      </div>
    );
  }
  const { artist, albums, tracks, trackTotal } = query.data;
  return (
    <div className="page">
      <div className="mb-10 flex flex-col gap-5 sm:flex-row sm:items-center md:gap-8">
        <Cover
          coverId={artist.coverId}
          seed={artist.id}
          size="large"
          eager
          rounded="rounded-full"
          className="w-24 shadow-lift md:w-40"
        />
        <div className="min-w-0">
          <PageName name={artist.name} />
          <p className="mt-2 mb-4 text-sm text-soft">
            {t('counts', { albums: artist.albumCount, tracks: artist.trackCount })}
          </p>
          <PlayAll tracks={tracks} total={trackTotal} subject={artistSubject(artist)} />
        </div>
      </div>
      {discography(albums).map(([part, its]) => (
        <Section key={part} title={t(part)}>
          <AlbumGrid albums={its} label={t(part)} />
        </Section>
      ))}
      {tracks.length > 0 && (
        <Section title={t('tracks')}>
          <TrackList
            rows={tracks.map((track) => ({ key: track.id, track }))}
            label={t('tracks')}
            all={tracks.length < trackTotal ? artistSubject(artist).tracks : tracks}
          />
        </Section>
      )}
    </div>
  );
}
