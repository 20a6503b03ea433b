'use client';
import { Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { useDates } from '../format';
import { useMe, usePlaylistChanges } from '../queries';
import { IconButton } from '../ui/button';
import { Modal } from '../ui/modal';
import { Pending, Skeleton } from '../ui/states';
import { useChangePlaylist } from './changes';

const KNOWN = [
  'create',
  'rename',
  'describe',
  'define',
  'add',
  'remove',
  'reorder',
  'share',
  'delete',
  'undo',
] as const;

/** Who changed what, and a way back. An editor may take back what they did, the owner everything. */
export function PlaylistChanges({ page, onClose }: { page: PlaylistPage; onClose: () => void }) {
  const t = useTranslations('playlists');
  const dates = useDates();
  const me = useMe().data?.account?.id;
  const query = usePlaylistChanges(page.id);
  const change = useChangePlaylist();
  const { data } = query;
  return (
    <Modal open onClose={onClose} title={t('changes')}>
      <Pending query={query}>
        <Skeleton className="h-32" />
      </Pending>
      {data?.changes.length === 0 && <p className="text-sm text-soft">{t('noChanges')}</p>}
      <ol className="grid gap-1">
        {data?.changes.map(({ messageId, type, actorId, at, undone }) => {
          const kind = KNOWN.find((known) => type === `playlist.${known}`);
          const mayUndo = !undone && kind !== 'create' && (page.role === 'owner' || actorId === me);
          return (
            <li key={messageId} className="flex min-h-12 items-center gap-3 text-sm">
              <span className={`min-w-0 flex-1 ${undone ? 'text-soft line-through' : ''}`}>
                <span className="font-medium">{data.people.find(({ id }) => id === actorId)?.name}</span>{' '}
                {kind === undefined ? type : t(`change.${kind}`)}
                <span className="block text-xs text-soft">
                  {dates.moment(at)}
                  {undone && ` · ${t('wasUndone')}`}
                </span>
              </span>
              {mayUndo && (
                <IconButton label={t('undo')} onClick={() => change.mutate({ kind: 'undo', id: page.id, messageId })}>
                  <Undo2 className="size-4" aria-hidden="true" />
                </IconButton>
              )}
            </li>
          );
        })}
      </ol>
    </Modal>
  );
}
