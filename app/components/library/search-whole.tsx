'use client';
import { useTranslations } from 'next-intl';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { SearchAnswer, SearchKind } from '@/lib/contracts/search';
import { gateway } from '../ask';
import { keys } from '../queries';
import { ErrorNote } from '../ui/states';
import { CardList } from './card-list';
import { AlbumCard, ArtistCard, GridSkeleton } from './cards';
import { type Part, usePagedList } from './paged-list';
import { TrackListSkeleton } from './track-list';
import { PagedTracks } from './tracks';

const TRACKS_A_PAGE = 100;
const CARDS_A_PAGE = 60;

/** All that a search finds of one kind. */
export function SearchWhole({ q, kind }: { q: string; kind: SearchKind }) {
  if (kind === 'track') return <WholeTracks q={q} />;
  return <WholeCards key={kind} q={q} kind={kind} />;
}

/** @param partOf what an answer has of it */
function usePagesOf<T>(q: string, kind: SearchKind, limit: number, partOf: (answer: SearchAnswer) => Part<T>) {
  const fetch = async (page: { offset: number; limit: number }, signal?: AbortSignal) =>
    partOf(await gateway.search({ q, kind, ...page }, signal));
  return { fetch, list: usePagedList({ key: [...keys.search(q), kind], pageSize: limit, fetch }) };
}

function WholeTracks({ q }: { q: string }) {
  const t = useTranslations('search');
  const { fetch, list } = usePagesOf<Track>(q, 'track', TRACKS_A_PAGE, ({ tracks, total }) => ({
    items: tracks,
    total,
  }));
  if (list.error !== null) return <ErrorNote error={list.error} retry={list.refetch} />;
  if (list.total === undefined) return <TrackListSkeleton />;
  return <PagedTracks list={list} fetch={fetch} label={t('tracks')} name={q} />;
}

function WholeCards({ q, kind }: { q: string; kind: 'album' | 'artist' }) {
  const t = useTranslations('search');
  const { list } = usePagesOf<Album | Artist>(q, kind, CARDS_A_PAGE, (answer) =>
    kind === 'album'
      ? { items: answer.albums, total: answer.albumTotal }
      : { items: answer.artists, total: answer.artistTotal },
  );
  if (list.error !== null) return <ErrorNote error={list.error} retry={list.refetch} />;
  if (list.total === undefined) return <GridSkeleton round={kind === 'artist'} />;
  const card = (index: number) =>
    kind === 'album' ? (
      <AlbumCard album={list.rows[index] as Album | undefined} />
    ) : (
      <ArtistCard artist={list.rows[index] as Artist | undefined} />
    );
  return <CardList count={list.total} label={t(`${kind}s`)} card={card} onRange={list.want} />;
}
