'use client';
import { useTranslations } from 'next-intl';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { gateway } from '../../ask';
import { clock } from '../../format';
import { playlistSubject } from '../../library/music-subject';
import { usePagedList } from '../../library/paged-list';
import { PlayAll } from '../../library/play-all';
import { TrackListSkeleton } from '../../library/track-list';
import { PagedTracks } from '../../library/tracks';
import { keys } from '../../queries';
import { Empty, ErrorNote, Loading } from '../../ui/states';

const TRACKS_A_PAGE = 100;

/** What the rules of a smart playlist choose now. */
export function SmartTracks({ page }: { page: PlaylistPage }) {
  const t = useTranslations('smart');
  const fetch = async (part: { offset: number; limit: number }, signal?: AbortSignal) => {
    const { tracks, total } = await gateway.playlistTracks(page.id, part, signal);
    return { items: tracks, total };
  };
  // Other rules are another list.
  const key = [...keys.smartTracks(page.id), page.revision];
  const list = usePagedList({ key, pageSize: TRACKS_A_PAGE, fetch });
  const { total, rows, error, isPending, isOld, refetch } = list;
  const tracks = rows.filter((track) => track !== undefined);
  const isWhole = tracks.length === total;
  const seconds = tracks.reduce((sum, track) => sum + track.durationS, 0);
  if (error !== null) return <ErrorNote error={error} retry={refetch} />;
  if (total === undefined) {
    return (
      isPending && (
        <Loading>
          <TrackListSkeleton />
        </Loading>
      )
    );
  }
  if (total === 0) return <Empty title={t('nothing')}>{page.role === 'owner' ? t('nothingHint') : undefined}</Empty>;
  return (
    <div className={isOld ? 'opacity-60 transition-opacity' : ''}>
      <p role="status" className="-mt-2 mb-5 text-sm text-soft numbers">
        {t('count', { count: total })}
        {isWhole && ` · ${clock(seconds)}`}
      </p>
      <div className="mb-6">
        <PlayAll tracks={tracks} total={total} subject={playlistSubject(page)} />
      </div>
      <PagedTracks list={list} fetch={fetch} label={page.name} name={key.join()} />
    </div>
  );
}
