'use client';
import { ListMusic, Plus } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/new-id';
import { count } from '../format';
import { Modal } from '../ui/modal';
import { ErrorNote, Skeleton } from '../ui/states';
import { useChangePlaylist, usePlaylists } from './changes';

const ROW = 'flex min-h-12 w-full items-center gap-3 rounded-lg px-3 text-left text-sm font-medium hover:bg-wash';

/** Which playlist these tracks go to; or a new one. */
export function AddToPlaylist({
  tracks,
  onClose,
  onNew,
}: {
  tracks: readonly Track[] | null;
  onClose: () => void;
  onNew: (tracks: readonly Track[]) => void;
}) {
  const t = useTranslations('playlists');
  const locale = useLocale();
  const { data, error, refetch } = usePlaylists(tracks !== null);
  const change = useChangePlaylist();
  if (tracks === null) return null;
  const title = tracks.length === 1 ? (tracks[0]?.title ?? '') : t('tracks', { count: tracks.length });
  return (
    <Modal open onClose={onClose} title={t('addTo')} description={title}>
      <button
        type="button"
        className={ROW}
        onClick={() => {
          onClose();
          onNew(tracks);
        }}
      >
        <Plus className="size-5 shrink-0 text-accent" aria-hidden="true" />
        {t('new')}
      </button>
      {error !== null && <ErrorNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="mt-2 h-24" />}
      <ul className="mt-1 border-t pt-1">
        {data?.playlists
          .filter(({ role, smart }) => role !== 'reader' && smart !== true)
          .map((playlist) => (
            <li key={playlist.id}>
              <button
                type="button"
                className={ROW}
                onClick={() => {
                  change.mutate({ kind: 'add', id: playlist.id, tracks, entryIds: tracks.map(() => newId()) });
                  onClose();
                }}
              >
                <ListMusic className="size-5 shrink-0 text-soft" aria-hidden="true" />
                <span className="min-w-0 flex-1 truncate">{playlist.name}</span>
                <span className="text-xs text-soft numbers">{count(playlist.trackCount, locale)}</span>
              </button>
            </li>
          ))}
      </ul>
    </Modal>
  );
}
