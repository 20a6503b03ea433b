'use client';
import { Play, Shuffle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { ALBUM_SORTS, ARTIST_SORTS, TRACK_SORTS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useListening } from '../listening/context';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Heading } from '../ui/heading';
import { Empty, ErrorNote, Loading } from '../ui/states';
import { toast } from '../ui/toast';
import { CardList } from './card-list';
import { AlbumCard, ArtistCard, GridSkeleton } from './cards';
import { EmptyLibrary } from './home';
import { LibraryTabs } from './library-tabs';
import { type ListAddress, newSeed, useListAddress } from './list-address';
import { ListControls } from './list-controls';
import { type PagedList, usePagedList } from './paged-list';
import { type LongList, usePlayOn } from './play-on';
import { TrackList, TrackListSkeleton, type TrackRowData } from './track-list';
import { useScrollPlace } from './use-scroll-place';

const CARDS_A_PAGE = 60;
const TRACKS_A_PAGE = 100;

/** All albums of the library. */
export function Albums() {
  const t = useTranslations('albums');
  const address = useListAddress(ALBUM_SORTS);
  const list = usePagedList({
    key: [...keys.albums, 'list', address],
    pageSize: CARDS_A_PAGE,
    fetch: async (page, signal) => {
      const { albums, total } = await gateway.albums({ ...address, ...page }, signal);
      return { items: albums, total };
    },
  });
  return (
    <ListPage title={t('title')} list={list} address={address} sorts={ALBUM_SORTS} meanwhile={<GridSkeleton />}>
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

/** All artists of the library. */
export function Artists() {
  const t = useTranslations('artists');
  const address = useListAddress(ARTIST_SORTS);
  const list = usePagedList({
    key: [...keys.artists, 'list', address],
    pageSize: CARDS_A_PAGE,
    fetch: async (page, signal) => {
      const { fromYear, toYear, ...asked } = address;
      const { artists, total } = await gateway.artists({ ...asked, ...page }, signal);
      return { items: artists, total };
    },
  });
  return (
    <ListPage title={t('title')} list={list} address={address} sorts={ARTIST_SORTS} meanwhile={<GridSkeleton round />}>
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

/** All tracks of the library. */
export function Tracks() {
  const t = useTranslations('tracks');
  const address = useListAddress(TRACK_SORTS);
  const fetch = async (page: { offset: number; limit: number }, signal?: AbortSignal) => {
    const { tracks, total } = await gateway.trackList({ ...address, ...page }, signal);
    return { items: tracks, total };
  };
  const list = usePagedList({ key: [...keys.tracks, address], pageSize: TRACKS_A_PAGE, fetch });
  return (
    <ListPage
      title={t('title')}
      list={list}
      address={address}
      sorts={TRACK_SORTS}
      meanwhile={<TrackListSkeleton />}
      actions={<PlayList address={address} list={list} fetch={fetch} />}
    >
      {() => <PagedTracks list={list} fetch={fetch} label={t('title')} name={JSON.stringify(address)} />}
    </ListPage>
  );
}

/** Plays a whole list, in its order or in another, up to what a queue holds. */
function PlayList({
  address,
  list,
  fetch,
}: {
  address: ListAddress<(typeof TRACK_SORTS)[number]>;
  list: PagedList<Track>;
  fetch: LongList['fetch'];
}) {
  const t = useTranslations('track');
  const errorText = useErrorText();
  const playOn = usePlayOn();
  const { command } = useListening();
  const start = async (shuffled: boolean) => {
    const order = { ...address, sort: 'random', seed: newSeed() } as const;
    const mixed: LongList['fetch'] = async (page) => {
      const { tracks, total } = await gateway.trackList({ ...order, ...page });
      return { items: tracks, total };
    };
    const from = shuffled ? mixed : fetch;
    try {
      const { items } = await from({ offset: 0, limit: TRACKS_A_PAGE });
      command((player) => player.setShuffle(shuffled));
      playOn({ fetch: from, tracks: items, offset: 0, index: 0 });
    } catch (error) {
      toast.error(errorText(error));
    }
  };
  if (list.total === undefined || list.total === 0) return null;
  return (
    <>
      <Button look="honey" onClick={() => void start(false)}>
        <Play className="size-4 fill-current" aria-hidden="true" />
        {t('playAll')}
      </Button>
      <Button onClick={() => void start(true)}>
        <Shuffle className="size-4" aria-hidden="true" />
        {t('shuffle')}
      </Button>
    </>
  );
}

/** A long list of tracks. @param name of the list: another one begins with nothing selected */
function PagedTracks({
  list,
  fetch,
  label,
  name,
}: {
  list: PagedList<Track>;
  fetch: LongList['fetch'];
  label: string;
  name: string;
}) {
  const playOn = usePlayOn();
  const { rows: tracks, total = 0 } = list;
  const places = useMemo(() => Array.from({ length: total }, (_, place) => String(place)), [total]);
  const rows = useMemo(() => {
    const known = new Array<TrackRowData | undefined>(tracks.length);
    // Holes are passed over.
    tracks.forEach((track, place) => {
      if (track !== undefined) known[place] = { key: String(place), track };
    });
    return known;
  }, [tracks]);
  return (
    <TrackList
      key={name}
      rows={rows}
      label={label}
      long={{
        keys: places,
        onRange: list.want,
        load: list.load,
        playFrom: (index) => playOn({ fetch, ...around(tracks, index) }),
      }}
    />
  );
}

/** What is there of a list, without a hole, around one of its rows. */
function around(rows: readonly (Track | undefined)[], index: number): Pick<LongList, 'tracks' | 'offset' | 'index'> {
  let [from, to] = [index, index + 1];
  while (from > 0 && rows[from - 1] !== undefined) from -= 1;
  while (to < rows.length && rows[to] !== undefined) to += 1;
  const tracks = rows.slice(from, to).filter((track) => track !== undefined);
  return { tracks, offset: from, index: index - from };
}

/** A list of the library: its name, how it is sorted and narrowed, and what is in it. */
function ListPage<S extends Parameters<typeof ListControls>[0]['sorts'][number]>({
  title,
  list: { total, error, isPending, isOld, refetch },
  address,
  sorts,
  meanwhile,
  actions,
  children,
}: {
  title: string;
  list: PagedList<unknown>;
  address: ListAddress<S>;
  sorts: readonly S[];
  meanwhile: ReactNode;
  actions?: ReactNode;
  children: (count: number) => ReactNode;
}) {
  const t = useTranslations('list');
  const narrowed = address.q !== '' || address.fromYear !== undefined || address.toYear !== undefined;
  useScrollPlace(total !== undefined);
  return (
    <div className="page">
      <LibraryTabs />
      <Heading title={title}>{actions}</Heading>
      {(total !== 0 || narrowed) && <ListControls address={address} sorts={sorts} />}
      <p role="status" className={total === undefined || isOld ? 'sr-only' : 'mb-4 text-sm text-soft numbers'}>
        {total !== undefined && !isOld && (narrowed ? t('found', { count: total }) : t('count', { count: total }))}
      </p>
      {error !== null && <ErrorNote error={error} retry={refetch} />}
      {isPending && error === null && total === undefined && <Loading>{meanwhile}</Loading>}
      {total === 0 && (narrowed ? <Empty title={t('nothing')}>{t('nothingHint')}</Empty> : <EmptyLibrary />)}
      {total !== undefined && total > 0 && (
        <div className={isOld ? 'opacity-60 transition-opacity' : ''}>{children(total)}</div>
      )}
    </div>
  );
}
