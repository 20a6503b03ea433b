'use client';
import { useTranslations } from 'next-intl';
import { useAlbums } from '../queries';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { Pending } from '../ui/states';
import { AlbumGrid, GridSkeleton } from './cards';
import { EmptyLibrary } from './home';

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
