'use client';
import { Disc3, Ellipsis, ListEnd, ListPlus, ListStart, type LucideIcon, MicVocal, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { DropdownMenu as Menu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { useListening } from '../listening/context';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { toast } from '../ui/toast';

export const MENU_BOX =
  'z-50 max-h-[min(24rem,var(--radix-dropdown-menu-content-available-height))] min-w-52 max-w-72 overflow-y-auto rounded-xl border border-line bg-surface p-1.5 text-sm text-ink shadow-lift';
export const MENU_ITEM =
  'flex min-h-9 items-center gap-3 rounded-lg px-2.5 outline-none select-none data-highlighted:bg-wash data-disabled:opacity-50';

/** Menus open inside the page's main landmark, so that a screen reader knows where it is. */
export const menuLandmark = () => (typeof document === 'undefined' ? null : document.getElementById('main'));

/** What can be done with a track, from any list it stands in. */
export function TrackMenu({
  track,
  available,
  onRemove,
  defaultOpen = false,
}: {
  track: Track;
  available: boolean;
  onRemove?: () => void;
  /** It was pressed before it was there. */
  defaultOpen?: boolean;
}) {
  const t = useTranslations('track');
  const router = useRouter();
  const { command } = useListening();
  const { addToPlaylist } = useInterface();
  const enqueue = (where: 'next' | 'end') => {
    command((player) => player.enqueue([track], where));
    toast(where === 'next' ? t('playsNext', { title: track.title }) : t('queued', { title: track.title }));
  };
  return (
    <Menu.Root modal={false} defaultOpen={defaultOpen}>
      <Menu.Trigger asChild>
        <IconButton label={t('more', { title: track.title })} className="-mr-1 size-9">
          <Ellipsis className="size-[1.15rem]" aria-hidden="true" />
        </IconButton>
      </Menu.Trigger>
      <Menu.Portal container={menuLandmark()}>
        <Menu.Content align="end" sideOffset={4} collisionPadding={8} className={MENU_BOX}>
          {available && (
            <>
              <Item icon={ListStart} onSelect={() => enqueue('next')}>
                {t('playNext')}
              </Item>
              <Item icon={ListEnd} onSelect={() => enqueue('end')}>
                {t('addToQueue')}
              </Item>
            </>
          )}
          <Item icon={ListPlus} onSelect={() => addToPlaylist([track])}>
            {t('addToPlaylist')}
          </Item>
          {onRemove !== undefined && (
            <Item icon={Trash2} onSelect={onRemove}>
              {t('removeFromPlaylist')}
            </Item>
          )}
          <Menu.Separator className="my-1.5 h-px bg-line" />
          <Item icon={Disc3} onSelect={() => router.push(`/albums/${track.albumId}`)}>
            {t('toAlbum')}
          </Item>
          <Item icon={MicVocal} onSelect={() => router.push(`/artists/${track.artistId}`)}>
            {t('toArtist')}
          </Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
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
