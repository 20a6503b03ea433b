'use client';
import { useTranslations } from 'next-intl';
import { ALBUM_SORTS, ARTIST_SORTS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { keys } from '../queries';
import { CardList } from './card-list';
import { AlbumCard, ArtistCard, GridSkeleton } from './cards';
import { useListAddress } from './list-address';
import { genreOf, ListPage, type Within } from './list-page';
import { usePagedList } from './paged-list';

const CARDS_A_PAGE = 60;

/**
 * All albums of the library.
 * @param within those of a genre alone
 */
export function Albums({ within }: { within?: Within }) {
  const t = useTranslations('albums');
  const address = useListAddress(ALBUM_SORTS);
  const list = usePagedList({
    key: [...keys.albums, 'list', address, genreOf(within)],
    pageSize: CARDS_A_PAGE,
    fetch: async (page, signal) => {
      const { albums, total } = await gateway.albums({ ...address, ...page, ...genreOf(within) }, signal);
      return { items: albums, total };
    },
  });
  return (
    <ListPage
      title={t('title')}
      heading={within?.heading}
      list={list}
      address={address}
      sorts={ALBUM_SORTS}
      meanwhile={<GridSkeleton />}
    >
      {(count) => (
        <CardList
          count={count}
          label={t('title')}
          card={(index) => <AlbumCard album={list.rows[index]} />}
          onRange={list.want}
        />
      )}
    </ListPage>
  );
}

/**
 * All artists of the library.
 * @param within those of a genre alone
 */
export function Artists({ within }: { within?: Within }) {
  const t = useTranslations('artists');
  const address = useListAddress(ARTIST_SORTS);
  const list = usePagedList({
    key: [...keys.artists, 'list', address, genreOf(within)],
    pageSize: CARDS_A_PAGE,
    fetch: async (page, signal) => {
      const { fromYear, toYear, ...asked } = address;
      const { artists, total } = await gateway.artists({ ...asked, ...page, ...genreOf(within) }, signal);
      return { items: artists, total };
    },
  });
  return (
    <ListPage
      title={t('title')}
      heading={within?.heading}
      list={list}
      address={address}
      sorts={ARTIST_SORTS}
      meanwhile={<GridSkeleton round />}
    >
      {(count) => (
        <CardList
          count={count}
          label={t('title')}
          card={(index) => <ArtistCard artist={list.rows[index]} />}
          onRange={list.want}
        />
      )}
    </ListPage>
  );
}
