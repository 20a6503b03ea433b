'use client';
import { Download, Ellipsis, History, ListFilter, Pencil, Trash2, Users } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import { exportUrl } from '../addresses';
import { useMusicEntries } from '../library/music-entries';
import { playlistSubject } from '../library/music-subject';
import { Button, IconButton } from '../ui/button';
import { useMenu } from '../ui/menu';
import { type MenuEntry, menuPlace } from '../ui/menu-request';
import { Modal } from '../ui/modal';
import { useChangePlaylist } from './changes';
import { EditPlaylist } from './edit-playlist';
import { rowsOf } from './optimistic';
import { PlaylistChanges } from './playlist-changes';
import { SharePlaylist } from './share-playlist';
import { SmartEditor } from './smart/smart-editor';

const FORMATS = ['m3u8', 'xspf'] as const;

/** What can be done with a playlist by who looks at it. */
export function PlaylistMenu({ page }: { page: PlaylistPage }) {
  const t = useTranslations('playlists');
  const open = useMenu();
  const entriesOf = useMusicEntries();
  const [dialog, setDialog] = useState<'edit' | 'rules' | 'share' | 'changes' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const mayChange = page.role !== 'reader';
  const isMine = page.role === 'owner';
  const when = (shown: boolean, ...some: MenuEntry[]) => (shown ? some : []);
  const entries = entriesOf({
    ...playlistSubject(page),
    ...(page.rules === undefined ? { tracks: rowsOf(page).map((row) => row.track) } : {}),
    more: [
      ...when(mayChange, 'separator'),
      ...when(isMine && page.rules !== undefined, {
        icon: ListFilter,
        label: t('editRules'),
        onSelect: () => setDialog('rules'),
      }),
      ...when(
        mayChange,
        { icon: Pencil, label: t('edit'), onSelect: () => setDialog('edit') },
        { icon: History, label: t('changes'), onSelect: () => setDialog('changes') },
      ),
      ...when(isMine, { icon: Trash2, label: t('delete'), onSelect: () => setDialog('delete') }),
      'separator',
      ...FORMATS.map((format) => ({
        icon: Download,
        label: t('export', { format: format.toUpperCase() }),
        href: exportUrl(page.id, format),
      })),
    ],
  });
  return (
    <div className="flex">
      {isMine && (
        <IconButton label={t('share')} onClick={() => setDialog('share')}>
          <Users className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      <IconButton
        label={t('more')}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => open({ ...menuPlace(currentTarget), label: t('more'), entries })}
      >
        <Ellipsis className="size-5" aria-hidden="true" />
      </IconButton>
      <EditPlaylist page={page} open={dialog === 'edit'} onClose={close} />
      {dialog === 'rules' && page.rules !== undefined && (
        <SmartEditor edited={{ id: page.id, rules: page.rules as SmartRules }} onClose={close} />
      )}
      {dialog === 'share' && <SharePlaylist page={page} onClose={close} />}
      {dialog === 'changes' && <PlaylistChanges page={page} onClose={close} />}
      <DeletePlaylist page={page} open={dialog === 'delete'} onClose={close} />
    </div>
  );
}

function DeletePlaylist({ page, open, onClose }: { page: PlaylistPage; open: boolean; onClose: () => void }) {
  const t = useTranslations('playlists');
  const router = useRouter();
  const change = useChangePlaylist();
  return (
    <Modal open={open} onClose={onClose} title={t('delete')} description={t('deleteSure', { name: page.name })}>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          look="danger"
          onClick={() => {
            onClose();
            change.mutate({ kind: 'delete', id: page.id });
            router.push('/playlists');
          }}
        >
          {t('deleteIt')}
        </Button>
      </div>
    </Modal>
  );
}
