'use client';
import { useTranslations } from 'next-intl';
import { useArtists } from '../queries';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { Pending } from '../ui/states';
import { ArtistGrid, GridSkeleton } from './cards';
import { EmptyLibrary } from './home';

export function Artists() {
  const t = useTranslations('artists');
  const query = useArtists();
  const artists = query.data?.pages.flatMap((page) => page.artists);
  return (
    <div className="page">
      <Heading title={t('title')} />
      <Pending query={query}>
        <GridSkeleton round />
      </Pending>
      {artists?.length === 0 && <EmptyLibrary />}
      {artists !== undefined && artists.length > 0 && <ArtistGrid artists={artists} label={t('title')} />}
      <More query={query} />
    </div>
  );
}
