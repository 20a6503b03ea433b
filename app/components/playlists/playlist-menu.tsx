'use client';
import { Download, Ellipsis, History, type LucideIcon, Pencil, Trash2, Users } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { DropdownMenu as Menu } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { exportUrl } from '../addresses';
import { MENU_BOX, MENU_ITEM, menuLandmark } from '../library/track-menu';
import { Button, IconButton } from '../ui/button';
import { Modal } from '../ui/modal';
import { useChangePlaylist } from './changes';
import { EditPlaylist } from './edit-playlist';
import { PlaylistChanges } from './playlist-changes';
import { SharePlaylist } from './share-playlist';

const FORMATS = ['m3u8', 'xspf'] as const;

/** What can be done with a playlist by who looks at it. */
export function PlaylistMenu({ page }: { page: PlaylistPage }) {
  const t = useTranslations('playlists');
  const [open, setOpen] = useState<'edit' | 'share' | 'changes' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const mayChange = page.role !== 'reader';
  const isMine = page.role === 'owner';
  return (
    <div className="flex">
      {isMine && (
        <IconButton label={t('share')} onClick={() => setOpen('share')}>
          <Users className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      <Menu.Root modal={false}>
        <Menu.Trigger asChild>
          <IconButton label={t('more')}>
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        </Menu.Trigger>
        <Menu.Portal container={menuLandmark()}>
          <Menu.Content align="end" sideOffset={4} collisionPadding={8} className={MENU_BOX}>
            {mayChange && (
              <>
                <Item icon={Pencil} onSelect={() => setOpen('edit')}>
                  {t('edit')}
                </Item>
                <Item icon={History} onSelect={() => setOpen('changes')}>
                  {t('changes')}
                </Item>
              </>
            )}
            {FORMATS.map((format) => (
              <Menu.Item key={format} className={MENU_ITEM} asChild>
                <a href={exportUrl(page.id, format)} download>
                  <Download className="size-4 text-soft" aria-hidden="true" />
                  {t('export', { format: format.toUpperCase() })}
                </a>
              </Menu.Item>
            ))}
            {isMine && (
              <>
                <Menu.Separator className="my-1.5 h-px bg-line" />
                <Item icon={Trash2} onSelect={() => setOpen('delete')}>
                  {t('delete')}
                </Item>
              </>
            )}
          </Menu.Content>
        </Menu.Portal>
      </Menu.Root>
      <EditPlaylist page={page} open={open === 'edit'} onClose={close} />
      {open === 'share' && <SharePlaylist page={page} onClose={close} />}
      {open === 'changes' && <PlaylistChanges page={page} onClose={close} />}
      <DeletePlaylist page={page} open={open === 'delete'} onClose={close} />
    </div>
  );
}

function Item({ icon: Icon, onSelect, children }: { icon: LucideIcon; onSelect: () => void; children: ReactNode }) {
  return (
    <Menu.Item className={MENU_ITEM} onSelect={onSelect}>
      <Icon className="size-4 text-soft" aria-hidden="true" />
      {children}
    </Menu.Item>
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
