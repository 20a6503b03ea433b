'use client';
import { ChevronUp, Maximize2, SkipForward } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { later } from '../later';
import { Cover } from '../library/cover';
import { useCurrentTrack, useListening, usePlayerState } from '../listening/context';
import { HeartButton } from '../marks/heart-button';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { usePull, useSwipe } from './gestures';
import { PanelToggle } from './panel-toggle';
import { Seek, Volume } from './sliders';
import { PlayButton, Transport } from './transport';
import { useWaitingText } from './waiting';

const SoundMenu = later(() => import('./sound-menu').then((module) => module.SoundMenu));
const DevicesMenu = later(() => import('./devices-menu').then((module) => module.DevicesMenu));
const DevicesNote = later(() => import('./devices-note').then((module) => module.DevicesNote));
const NowPlaying = later(() => import('./now-playing').then((module) => module.NowPlaying));

/** Always at the bottom: whole on a desk, a strip above the tabs on a phone. */
export function PlayerBar() {
  const t = useTranslations('player');
  // Not which one: with each track the whole bar would be drawn anew.
  const hasTrack = usePlayerState(({ queue, index }) => queue[index] !== undefined);
  const { setExpanded } = useInterface();
  const pull = usePull('up', () => setExpanded(hasTrack));
  return (
    <section
      {...pull}
      aria-label={t('region')}
      className="hive fixed inset-x-0 bottom-[calc(var(--tabs-height)+env(safe-area-inset-bottom))] z-40 h-(--player-height) border-t max-md:touch-none md:bottom-0"
    >
      <Announcer />
      <DevicesNote />
      <div className="hidden h-full grid-cols-[minmax(0,1fr)_minmax(16rem,1.3fr)_minmax(0,1fr)] items-center gap-6 px-4 md:grid">
        <Current />
        <div className="grid justify-items-center">
          <Transport />
          <Seek className="-mt-1 w-full max-w-xl" />
        </div>
        <div className="flex items-center justify-end gap-1">
          <div className="hidden xl:block">
            <PanelToggle panel="lyrics" />
          </div>
          <SoundMenu />
          <DevicesMenu />
          <PanelToggle panel="queue" />
          <PanelToggle panel="swarm" />
          <Volume className="w-20 lg:w-24 xl:w-36" />
          <IconButton
            label={t('openFull')}
            disabled={!hasTrack}
            aria-haspopup="dialog"
            onClick={() => setExpanded(true)}
            className="-mr-1 hidden lg:inline-grid"
          >
            <Maximize2 className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      </div>
      <MiniPlayer />
    </section>
  );
}

function Current() {
  const t = useTranslations('player');
  const track = useCurrentTrack();
  const { expanded, setExpanded } = useInterface();
  if (track === null) return <p className="truncate text-sm text-soft">{t('nothing')}</p>;
  return (
    <div className="flex min-w-0 items-center gap-3">
      <button
        type="button"
        onClick={() => setExpanded(true)}
        aria-label={t('expand', { title: track.title, artist: track.artist })}
        aria-haspopup="dialog"
        aria-expanded={expanded}
        className="group relative shrink-0 rounded-md"
      >
        <Cover coverId={track.coverId} seed={track.albumId} className="size-12" />
        <span className="absolute inset-0 grid place-items-center rounded-md bg-black/55 opacity-0 transition-opacity group-hover:opacity-100">
          <ChevronUp className="size-5 text-white" aria-hidden="true" />
        </span>
      </button>
      <div className="min-w-0">
        <Link
          href={`/albums/${track.albumId}`}
          prefetch={false}
          className="block truncate text-sm font-semibold hover:underline"
        >
          {track.title}
        </Link>
        <WaitingOr>
          <Link
            href={`/artists/${track.artistId}`}
            prefetch={false}
            className="block truncate text-xs text-soft hover:underline"
          >
            {track.artist}
          </Link>
        </WaitingOr>
      </div>
      <HeartButton kind="track" id={track.id} name={track.title} />
    </div>
  );
}

/** A swipe to the left is next, to the right previous: the way a finger pushes the track off. */
function MiniPlayer() {
  const t = useTranslations('player');
  const { command } = useListening();
  const track = useCurrentTrack();
  const { expanded, setExpanded } = useInterface();
  const done = usePlayerState((state) =>
    state.durationS > 0 ? Math.round((state.positionS / state.durationS) * 200) / 200 : 0,
  );
  const { offset, handlers } = useSwipe({
    left: () => command((player) => player.next()),
    right: () => command((player) => player.previous()),
  });
  return (
    <div
      {...(track === null ? {} : handlers)}
      className="relative flex h-full touch-pan-y items-center gap-1 overflow-x-clip px-3 md:hidden"
    >
      <div aria-hidden="true" className="absolute inset-x-0 -top-px h-0.5 bg-line">
        <div className="h-full origin-left bg-honey" style={{ transform: `scaleX(${done})` }} />
      </div>
      {track === null ? (
        <p className="min-w-0 flex-1 truncate text-sm text-soft">{t('nothing')}</p>
      ) : (
        <button
          type="button"
          onClick={() => setExpanded(true)}
          aria-label={t('expand', { title: track.title, artist: track.artist })}
          aria-haspopup="dialog"
          aria-expanded={expanded}
          style={{ transform: `translateX(${offset}px)` }}
          className={`flex min-w-0 flex-1 items-center gap-3 rounded-lg text-left ${offset === 0 ? 'transition-transform' : ''}`}
        >
          <Cover coverId={track.coverId} seed={track.albumId} className="size-12" />
          <span className="min-w-0">
            <span className="block truncate text-sm font-semibold">{track.title}</span>
            <WaitingOr>
              <span className="block truncate text-xs text-soft">{track.artist}</span>
            </WaitingOr>
          </span>
        </button>
      )}
      {track !== null && <HeartButton kind="track" id={track.id} name={track.title} />}
      {/* Where a track is, the open player has it. */}
      {track === null && <PanelToggle panel="swarm" />}
      <DevicesMenu whereOthersAre />
      <PlayButton className="size-11" />
      {track !== null && (
        <IconButton label={t('next')} onClick={() => command((player) => player.next())} className="-mr-1.5 size-11">
          <SkipForward className="size-5 fill-current" aria-hidden="true" />
        </IconButton>
      )}
      {expanded && <NowPlaying />}
    </div>
  );
}

/** What the player waits for, in the place of something else. */
function WaitingOr({ children }: { children: ReactNode }) {
  const waiting = useWaitingText();
  if (waiting === null) return children;
  return <span className="block truncate text-xs text-accent">{waiting}</span>;
}

/** Says what begins to play and what stands in its way; not each second. */
function Announcer() {
  const t = useTranslations('player');
  const track = useCurrentTrack();
  const status = usePlayerState((state) => state.status);
  const waiting = useWaitingText();
  const text = () => {
    if (track === null) return '';
    if (waiting !== null) return waiting;
    if (status === 'playing') return t('announce.playing', { title: track.title, artist: track.artist });
    return status === 'paused' ? t('announce.paused') : '';
  };
  const switched = useSwitched();
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {text()}
      </p>
      <p aria-live="polite" className="sr-only">
        {switched}
      </p>
    </>
  );
}

/** What was switched last, by button or by key: repeat, shuffle or mute. Empty until something was. */
function useSwitched(): string {
  const t = useTranslations('player');
  const { player } = useListening();
  const repeat = usePlayerState((state) => state.repeat);
  const shuffle = usePlayerState((state) => state.shuffle);
  const muted = usePlayerState((state) => state.muted);
  const before = useRef<{ repeat: string; shuffle: boolean; muted: boolean }>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    // What the player starts with was not switched now.
    if (player === null) return;
    const old = before.current;
    before.current = { repeat, shuffle, muted };
    if (old === null) return;
    if (old.repeat !== repeat) setText(t(`repeat.${repeat}`));
    else if (old.shuffle !== shuffle) setText(shuffle ? t('announce.shuffleOn') : t('announce.shuffleOff'));
    else if (old.muted !== muted) setText(muted ? t('announce.muted') : t('announce.unmuted'));
  }, [player, repeat, shuffle, muted, t]);
  return text;
}
