'use client';
import { useTranslations } from 'next-intl';
import { useAlbums } from '../queries';
import { Heading } from '../ui/heading';
import { More } from '../ui/more';
import { ErrorNote, Loading } from '../ui/states';
import { AlbumGrid, GridSkeleton } from './cards';
import { EmptyLibrary } from './home';

export function Albums() {
  const t = useTranslations('albums');
  const query = useAlbums();
  const albums = query.data?.pages.flatMap((page) => page.albums);
  return (
    <div className="page">
      <Heading title={t('title')} />
      {query.error !== null && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && (
        <Loading>
          <GridSkeleton />
        </Loading>
      )}
      {albums?.length === 0 && <EmptyLibrary />}
      {albums !== undefined && albums.length > 0 && <AlbumGrid albums={albums} label={t('title')} />}
      <More query={query} />
    </div>
  );
}
