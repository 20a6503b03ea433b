'use client';
import { Play, Shuffle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { TRACK_SORTS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useListening } from '../listening/context';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { toast } from '../ui/toast';
import { type ListAddress, newSeed, useListAddress } from './list-address';
import { genreOf, ListPage, type Within } from './list-page';
import { type PagedList, usePagedList } from './paged-list';
import { type LongList, usePlayOn } from './play-on';
import { TrackList, TrackListSkeleton, type TrackRowData } from './track-list';

const TRACKS_A_PAGE = 100;

/**
 * All tracks of the library.
 * @param within those of a genre alone
 */
export function Tracks({ within }: { within?: Within }) {
  const t = useTranslations('tracks');
  const address = useListAddress(TRACK_SORTS);
  const fetch = async (page: { offset: number; limit: number }, signal?: AbortSignal) => {
    const { tracks, total } = await gateway.trackList({ ...address, ...page, ...genreOf(within) }, signal);
    return { items: tracks, total };
  };
  const list = usePagedList({ key: [...keys.tracks, address, genreOf(within)], pageSize: TRACKS_A_PAGE, fetch });
  return (
    <ListPage
      title={t('title')}
      heading={within?.heading}
      list={list}
      address={address}
      sorts={TRACK_SORTS}
      meanwhile={<TrackListSkeleton />}
      actions={<PlayList address={address} list={list} fetch={fetch} />}
    >
      {() => (
        <PagedTracks list={list} fetch={fetch} label={t('title')} name={JSON.stringify([address, genreOf(within)])} />
      )}
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
export function PagedTracks({
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
