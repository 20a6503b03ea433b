'use client';
import { useTranslations } from 'next-intl';
import { useAlbums, useArtists } from '../queries';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { Pending } from '../ui/states';
import { AlbumGrid, ArtistGrid, GridSkeleton } from './cards';
import { EmptyLibrary } from './home';

/** All albums of the library. */
export function Albums() {
  const t = useTranslations('albums');
  const query = useAlbums();
  const albums = query.data?.pages.flatMap((page) => page.albums);
  return (
    <div className="page">
      <Heading title={t('title')} />
      <Pending query={query}>
        <GridSkeleton />
      </Pending>
      {albums?.length === 0 && <EmptyLibrary />}
      {albums !== undefined && albums.length > 0 && <AlbumGrid albums={albums} label={t('title')} />}
      <More query={query} />
    </div>
  );
}

/** All artists of the library. */
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
