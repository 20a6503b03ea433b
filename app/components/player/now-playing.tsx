'use client';
import { ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Dialog, Tabs } from 'radix-ui';
import { type ComponentProps, useEffect, useRef, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { Cover } from '../library/cover';
import { useCurrentTrack } from '../listening/context';
import { PLAYER_DIALOG } from '../listening/keyboard';
import { LyricsPanel } from '../lyrics/lyrics-panel';
import { HeartButton } from '../marks/heart-button';
import { Stars } from '../marks/stars';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { DevicesMenu } from './devices-menu';
import { DevicesNote } from './devices-note';
import { usePull } from './gestures';
import { keepSide, readSide, SIDES, type Side } from './now-playing-side';
import { PanelToggle } from './panel-toggle';
import { QueuePanel } from './queue-panel';
import { Seek, Volume } from './sliders';
import { SoundMenu } from './sound-menu';
import { tintOf } from './tint';
import { Transport } from './transport';
import { useBackEntry } from './use-back-entry';
import { useCoverHue } from './use-cover-hue';
import { useWide } from './use-wide';

const LABELS = { cover: 'nowPlaying', lyrics: 'lyrics', queue: 'queue' } as const satisfies Record<Side, string>;

/**
 * The whole player over the page, while it is open: two columns on a wide screen, one with tabs on a phone. Escape, the browser's back button and
 * a pull downwards close it.
 */
export function NowPlaying() {
  const t = useTranslations('player');
  const track = useCurrentTrack();
  const { setExpanded } = useInterface();
  const wide = useWide();
  const hue = useCoverHue(track?.coverId ?? null);
  const [chosen, setChosen] = useState(readSide);
  const [opener] = useState(() => document.activeElement);
  const box = useRef<HTMLDivElement>(null);
  const takeEntryAway = useBackEntry(() => setExpanded(false));
  const close = () => {
    setExpanded(false);
    takeEntryAway();
  };
  const pull = usePull('down', close, box);
  const isEmpty = track === null;
  useEffect(() => {
    // The queue was cleared.
    if (isEmpty) close();
  });
  if (track === null) return null;
  const side = wide && chosen === 'cover' ? 'queue' : chosen;
  const choose = (value: string) => {
    const next = SIDES.find((one) => one === value);
    if (next === undefined) return;
    setChosen(next);
    keepSide(next);
  };
  // A link leads from the page below: its entry of the history takes this one's place.
  const titles = <Titles track={track} onLeave={() => setExpanded(false)} />;
  const cover = <LargeCover track={track} {...pull} />;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Content
          ref={box}
          {...{ [PLAYER_DIALOG]: '' }}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
          }}
          style={hue === null ? {} : { backgroundImage: `linear-gradient(${tintOf(hue)}, var(--paper) 85%)` }}
          className="fixed inset-0 z-50 animate-rise overflow-hidden bg-paper pt-[env(safe-area-inset-top)] pr-[env(safe-area-inset-right)] pb-[env(safe-area-inset-bottom)] pl-[env(safe-area-inset-left)] text-ink"
        >
          <Tabs.Root value={side} onValueChange={choose} className="flex h-full flex-col">
            <header {...pull} className="flex touch-none items-center justify-between gap-2 px-3 py-2 md:px-6">
              <Dialog.Close asChild>
                <IconButton label={t('collapse')}>
                  <ChevronDown className="size-6" aria-hidden="true" />
                </IconButton>
              </Dialog.Close>
              {wide ? <p className="text-sm font-medium text-soft">{t('nowPlaying')}</p> : <TabList of={SIDES} />}
              <PanelToggle panel="swarm" onOpen={close} />
            </header>
            {wide ? (
              <div className="grid min-h-0 flex-1 grid-cols-2 gap-8 px-8 pb-6 xl:gap-16 xl:px-16 xl:pb-10">
                <div className="mx-auto flex min-h-0 w-full max-w-[40rem] flex-col gap-4">
                  {cover}
                  {titles}
                  <Controls />
                </div>
                <div className="mx-auto flex min-h-0 w-full max-w-[44rem] flex-col">
                  <TabList of={['lyrics', 'queue']} />
                  <Sides large />
                </div>
              </div>
            ) : (
              <>
                <Tabs.Content value="cover" className="flex min-h-0 flex-1 flex-col px-6 pt-2 pb-5">
                  {cover}
                </Tabs.Content>
                <Sides />
                <div className="grid shrink-0 gap-3 px-6 pt-3 pb-5">
                  {titles}
                  <Controls />
                </div>
              </>
            )}
          </Tabs.Root>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function TabList({ of }: { of: readonly Side[] }) {
  const t = useTranslations('player');
  return (
    <Tabs.List aria-label={t('nowPlaying')} className="flex gap-0.5 sm:gap-1">
      {of.map((side) => (
        <Tabs.Trigger
          key={side}
          value={side}
          className="min-h-10 whitespace-nowrap rounded-full px-2.5 text-sm sm:px-3.5 font-medium text-soft transition-colors hover:text-ink data-[state=active]:bg-wash data-[state=active]:font-semibold data-[state=active]:text-ink"
        >
          {t(LABELS[side])}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  );
}

/** Lyrics and queue, of which only the one that is shown asks the server for anything. */
function Sides({ large = false }: { large?: boolean }) {
  const queue = useRef<HTMLDivElement>(null);
  return (
    <>
      <Tabs.Content value="lyrics" tabIndex={-1} className="min-h-0 flex-1 pt-3 outline-none">
        <LyricsPanel large={large} />
      </Tabs.Content>
      <Tabs.Content
        ref={queue}
        value="queue"
        className="mt-3 min-h-0 flex-1 overflow-y-auto px-5 pb-4 [scrollbar-width:thin]"
      >
        <QueuePanel scroller={queue} />
      </Tabs.Content>
    </>
  );
}

/** As large as what is left of the screen. */
function LargeCover({ track, ...pull }: { track: Track } & ComponentProps<'div'>) {
  return (
    <div {...pull} className="grid min-h-0 flex-1 touch-none place-items-center [container-type:size]">
      <Cover
        coverId={track.coverId}
        seed={track.albumId}
        size="large"
        eager
        rounded="rounded-xl"
        className="size-[min(100cqw,100cqh)] shadow-lift"
      />
    </div>
  );
}

function Titles({ track, onLeave }: { track: Track; onLeave: () => void }) {
  const link = { prefetch: false, replace: true, onClick: onLeave };
  return (
    <div className="flex min-w-0 items-start gap-2">
      <div className="min-w-0 flex-1">
        <Dialog.Title className="truncate text-xl font-semibold lg:text-2xl">
          <Link {...link} href={`/albums/${track.albumId}`} className="hover:underline">
            {track.title}
          </Link>
        </Dialog.Title>
        <p className="truncate text-soft lg:text-lg">
          <Link {...link} href={`/artists/${track.artistId}`} className="hover:text-ink hover:underline">
            {track.artist}
          </Link>
          <span aria-hidden="true"> · </span>
          <Link {...link} href={`/albums/${track.albumId}`} className="hover:text-ink hover:underline">
            {track.album}
          </Link>
        </p>
        <div className="mt-1 -ml-1.5">
          <Stars kind="track" id={track.id} name={track.title} />
        </div>
      </div>
      <HeartButton kind="track" id={track.id} name={track.title} className="-mr-2" />
    </div>
  );
}

function Controls() {
  return (
    <div className="grid gap-2">
      <Seek />
      <Transport large />
      {/* Phones have keys for it, and some let no page change it. */}
      <div className="mx-auto flex w-full max-w-72 items-center justify-center gap-3">
        <div className="hidden min-w-0 flex-1 lg:block">
          <Volume />
        </div>
        <SoundMenu />
        <DevicesMenu />
      </div>
      <DevicesNote inline />
    </div>
  );
}
