'use client';
import { useTranslations } from 'next-intl';
import type { GenreCount } from '@/lib/contracts/catalog';
import { GENRE_SORTS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { keys } from '../queries';
import { allPages } from '../whole-list';
import { CardList, CardSkeleton } from './card-list';
import { Card, GridSkeleton } from './cards';
import { Cover } from './cover';
import { useListAddress } from './list-address';
import { ListPage } from './list-page';
import type { MusicSubject } from './music-subject';
import { usePagedList } from './paged-list';

const CARDS_A_PAGE = 60;

/** All genres of the library. */
export function Genres() {
  const t = useTranslations('genres');
  const address = useListAddress(GENRE_SORTS);
  const list = usePagedList({
    key: [...keys.genres, 'list', address],
    pageSize: CARDS_A_PAGE,
    fetch: async (page, signal) => {
      const { fromYear, toYear, ...asked } = address;
      const { genres, total } = await gateway.genres({ ...asked, ...page }, signal);
      return { items: genres, total };
    },
  });
  return (
    <ListPage title={t('title')} list={list} address={address} sorts={GENRE_SORTS} meanwhile={<GridSkeleton />}>
      {(count) => (
        <CardList
          count={count}
          label={t('title')}
          card={(index) => <GenreCard genre={list.rows[index]} />}
          onRange={list.want}
        />
      )}
    </ListPage>
  );
}

/** @param genre undefined: it is on its way */
function GenreCard({ genre }: { genre: GenreCount | undefined }) {
  const t = useTranslations('genres');
  if (genre === undefined) return <CardSkeleton />;
  return (
    <Card
      href={`/genres/${genre.id}`}
      title={genre.name}
      note={t('counts', { albums: genre.albums, tracks: genre.tracks })}
      subject={genreSubject(genre)}
      isCurrent={(track) => track.genres?.some(({ id }) => id === genre.id) === true}
    >
      <Cover coverId={genre.coverId} seed={genre.id} rounded="rounded-lg" className="w-full" />
    </Card>
  );
}

/** All of a genre, album by album. */
export const genreSubject = ({ id, name }: Pick<GenreCount, 'id' | 'name'>): MusicSubject => ({
  name,
  tracks: () =>
    allPages(async (page) => {
      const { tracks, total } = await gateway.trackList({ sort: 'album', genre: id, ...page });
      return { items: tracks, total };
    }),
  links: [`/genres/${id}`],
});
