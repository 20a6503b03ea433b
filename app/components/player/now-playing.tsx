'use client';
import { ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { Cover } from '../library/cover';
import { useCurrentTrack } from '../listening/context';
import { PLAYER_DIALOG } from '../listening/keyboard';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { PanelToggle } from './panel-toggle';
import { Seek, Volume } from './sliders';
import { Transport } from './transport';

/** The whole player over the page, on a phone. */
export function NowPlaying() {
  const t = useTranslations('player');
  const track = useCurrentTrack();
  const { expanded, setExpanded } = useInterface();
  if (track === null) return null;
  const close = () => setExpanded(false);
  return (
    <Dialog.Root open={expanded} onOpenChange={setExpanded}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          {...{ [PLAYER_DIALOG]: '' }}
          className="hive fixed inset-0 z-50 flex animate-rise flex-col overflow-y-auto px-6 pt-3 pb-[calc(1.5rem+env(safe-area-inset-bottom))] md:hidden"
        >
          <div className="flex items-center justify-between">
            <Dialog.Close asChild>
              <IconButton label={t('collapse')} className="-ml-2">
                <ChevronDown className="size-6" aria-hidden="true" />
              </IconButton>
            </Dialog.Close>
            <p className="text-xs font-medium text-soft">{t('nowPlaying')}</p>
            <PanelToggle panel="queue" onOpen={close} />
          </div>
          <Cover
            coverId={track.coverId}
            seed={track.albumId}
            size="large"
            rounded="rounded-xl"
            className="mx-auto my-auto w-full max-w-[min(100%,44dvh)] shadow-lift"
          />
          <div className="mt-6 flex items-center justify-between gap-4">
            <div className="min-w-0">
              <Dialog.Title className="truncate text-xl font-semibold">{track.title}</Dialog.Title>
              <Link href={`/artists/${track.artistId}`} onClick={close} className="block truncate text-soft">
                {track.artist}
              </Link>
            </div>
            <PanelToggle panel="swarm" onOpen={close} />
          </div>
          <Seek className="mt-4" />
          <div className="mt-3">
            <Transport large />
          </div>
          <Volume className="mt-4" />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
