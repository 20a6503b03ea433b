'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { clock } from '../format';
import { later } from '../later';
import { PlayAll } from '../library/play-all';
import { TrackList, TrackListSkeleton } from '../library/track-list';
import { usePageTitle } from '../shell/tab-title';
import { buttonClass } from '../ui/button';
import { PageName } from '../ui/heading';
import { Empty, Pending, Skeleton } from '../ui/states';
import { useChangePlaylist, usePlaylist } from './changes';
import { rowsOf } from './optimistic';

const SmartTracks = later(() => import('./smart/smart-tracks').then((module) => module.SmartTracks), TrackListSkeleton);
const PlaylistMenu = later(() => import('./playlist-menu').then((module) => module.PlaylistMenu));

export function PlaylistPage({ id }: { id: string }) {
  const t = useTranslations('playlists');
  const query = usePlaylist(id);
  const { data, isNew, isLate } = query;
  const change = useChangePlaylist();
  usePageTitle(data?.name);
  if (data === undefined) {
    return (
      <div className="page">
        <Pending query={query}>
          <Skeleton className="mb-8 h-12 w-72 max-w-full" />
          <TrackListSkeleton />
        </Pending>
      </div>
    );
  }
  const rows = rowsOf(data);
  const tracks = rows.map((row) => row.track);
  const owner = data.people.find((person) => person.id === data.ownerId)?.name;
  const mayChange = data.role !== 'reader';
  // The rows of one that the server does not have yet have no ids that it would know.
  const mayChangeRows = mayChange && !isNew;
  const seconds = tracks.reduce((sum, track) => sum + track.durationS, 0);
  return (
    <div className="page">
      <div className="flex items-start justify-between gap-3">
        <PageName name={data.name} />
        <PlaylistMenu page={data} />
      </div>
      <p className="mt-2 mb-5 text-sm text-soft">
        {data.rules === undefined ? t('tracks', { count: data.trackCount }) : t('smart')}
        {seconds > 0 && ` · ${clock(seconds)}`}
        {data.role !== 'owner' && owner !== undefined && ` · ${t('by', { name: owner })}`}
        {data.visibility !== 'private' && ` · ${t(`sharedAs.${data.visibility}`)}`}
        {isLate && <span role="status">{` · ${t('saving')}`}</span>}
      </p>
      {data.description !== '' && <p className="-mt-2 mb-5 max-w-prose text-sm break-words">{data.description}</p>}
      {data.rules !== undefined ? (
        !isNew && <SmartTracks page={data} />
      ) : rows.length === 0 ? (
        <Empty
          title={t('noTracks')}
          {...(mayChange
            ? {
                action: (
                  <Link href="/search" className={buttonClass('honey')}>
                    {t('findTracks')}
                  </Link>
                ),
              }
            : {})}
        >
          {mayChange ? t('noTracksHint') : undefined}
        </Empty>
      ) : (
        <>
          <div className="mb-6">
            <PlayAll tracks={tracks} />
          </div>
          <TrackList
            label={data.name}
            rows={rows.map(({ entryId, track }) => ({ key: entryId, track }))}
            {...(mayChangeRows
              ? {
                  onMove: (entryIds, before) => change.mutate({ kind: 'reorder', id, entryIds, before }),
                  onRemove: (entryIds) => change.mutate({ kind: 'remove', id, entryIds }),
                }
              : {})}
          />
        </>
      )}
    </div>
  );
}
