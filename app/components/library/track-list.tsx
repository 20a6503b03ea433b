'use client';
import { Pause, Play, Volume2 } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useRef } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import type { PlayerState } from '@/lib/player/api';
import { clock } from '../format';
import { useListening, usePlayerState, usePlayTracks } from '../listening/context';
import { Skeleton } from '../ui/states';
import { Cover } from './cover';
import { type Reorder, ReorderHandle, useReorder } from './reorder';
import { TrackMenuButton } from './track-menu-button';

/** A pointer that rests this long means it. */
const REST_MS = 120;

export interface TrackRowData {
  /** Its own among the rows: a playlist may hold a track twice. */
  key: string;
  track: Track;
  /** Last column before the length, such as when it was played; on a phone behind the artist. */
  note?: ReactNode;
  /** In a playlist: takes it out again. */
  onRemove?: () => void;
}

/**
 * Tracks, one a row. Playing one plays the list on from there.
 * @param onMove in a playlist that may be changed: a row was moved to before another; null: to the end
 * @param look `album`: numbered, without cover and album name; `full`: with both
 */
export function TrackList({
  rows,
  label,
  look = 'full',
  onMove,
}: {
  rows: readonly TrackRowData[];
  label: string;
  look?: 'album' | 'full';
  onMove?: (key: string, before: string | null) => void;
}) {
  const playTracks = usePlayTracks();
  const t = useTranslations('playlists');
  const reorder = useReorder(
    rows.map((row) => row.key),
    onMove ?? (() => {}),
  );
  const tracks = rows.map((row) => row.track);
  return (
    <ol aria-label={label} className="-mx-2 grid grid-cols-1 gap-px md:-mx-3">
      {rows.map((row, index) => (
        <TrackRow
          key={row.key}
          row={row}
          number={index + 1}
          look={look}
          onPlay={() => playTracks(tracks, index)}
          drop={reorder.dragged === null ? null : dropOf(row.key, index === rows.length - 1, reorder)}
          handle={
            onMove === undefined ? null : (
              <ReorderHandle label={t('handle', { title: row.track.title })} {...reorder.handle(row.key)} />
            )
          }
        />
      ))}
    </ol>
  );
}

function TrackRow({
  row,
  number,
  look,
  onPlay,
  handle,
  drop,
}: {
  row: TrackRowData;
  number: number;
  look: 'album' | 'full';
  onPlay: () => void;
  handle: ReactNode;
  drop: Drop | null;
}) {
  const t = useTranslations('track');
  const { command, player } = useListening();
  const { track } = row;
  // One word of the player's state: of a long list, a press draws the row that was and the row that is current.
  const plays = usePlayerState((state) => playOf(state, track.id));
  const isCurrent = plays !== 'no';
  const sounds = plays === 'sounds';
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const away = track.withdrawn ? t('withdrawn') : track.missing ? t('missing') : null;
  const press = () => (isCurrent ? command((p) => p.toggle()) : onPlay());
  const Icon = sounds ? Pause : Play;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard, the row's own button does the same
    <li
      id={look === 'album' ? track.id : undefined}
      data-row={row.key}
      onDoubleClick={(event) => {
        if (away === null && !isOnControl(event.target)) onPlay();
      }}
      onClick={({ nativeEvent, target }) => {
        // A finger has no second click.
        const touched = nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch';
        if (touched && away === null && !isOnControl(target)) press();
      }}
      onPointerEnter={() => {
        if (away !== null) return;
        resting.current = setTimeout(() => player?.likely([track.id]), REST_MS);
      }}
      onPointerLeave={() => clearTimeout(resting.current)}
      className={`group flex min-h-14 items-center gap-3 rounded-lg px-2 [contain-intrinsic-size:auto_3.5rem] [content-visibility:auto] hover:bg-wash md:px-3 ${away === null ? '' : 'text-soft'} ${drop === null ? '' : DROP_LOOKS[drop]}`}
    >
      {handle}
      <div className="relative size-10 shrink-0">
        {look === 'full' ? (
          <Cover coverId={track.coverId} seed={track.albumId} className={away === null ? '' : 'opacity-60'} />
        ) : (
          <span
            className={`absolute inset-0 grid place-items-center text-sm text-soft numbers ${isCurrent ? 'hidden' : 'group-focus-within:invisible group-hover:invisible'}`}
          >
            {track.trackNo ?? number}
          </span>
        )}
        <button
          type="button"
          disabled={away !== null}
          onClick={press}
          aria-label={sounds ? t('pause', { title: track.title }) : t('play', { title: track.title })}
          className={`absolute inset-0 grid place-items-center rounded-md disabled:hidden ${look === 'full' ? 'bg-black/55 text-white' : 'text-accent'} ${isCurrent ? '' : 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100'}`}
        >
          <Icon className="size-4 fill-current" aria-hidden="true" />
        </button>
      </div>
      <div className="min-w-0 flex-1 md:flex-[2]">
        <p className={`flex items-center gap-2 text-sm font-medium ${isCurrent ? 'text-accent' : ''}`}>
          <span className={`truncate ${away === null ? '' : 'line-through decoration-1'}`}>{track.title}</span>
          {sounds && <Volume2 className="size-3.5 shrink-0" aria-label={t('playing')} />}
          {away !== null && (
            <span className="shrink-0 rounded border border-line-strong/60 px-1.5 text-[0.6875rem] font-medium">
              {away}
            </span>
          )}
        </p>
        <p className="truncate text-xs text-soft">
          <Link href={`/artists/${track.artistId}`} className="hover:text-ink hover:underline">
            {track.artist}
          </Link>
          {row.note !== undefined && <span className="sm:hidden"> · {row.note}</span>}
        </p>
      </div>
      {look === 'full' && (
        <Link
          href={`/albums/${track.albumId}`}
          className="hidden min-w-0 flex-[1.4] truncate text-sm text-soft hover:text-ink hover:underline lg:block"
        >
          {track.album}
        </Link>
      )}
      {row.note !== undefined && (
        <span className="hidden w-28 shrink-0 text-right text-xs text-soft sm:block">{row.note}</span>
      )}
      <span className="w-11 shrink-0 text-right text-xs text-soft numbers">{clock(track.durationS)}</span>
      <TrackMenuButton
        track={track}
        available={away === null}
        {...(row.onRemove === undefined ? {} : { onRemove: row.onRemove })}
      />
    </li>
  );
}

function playOf({ queue, index, status }: PlayerState, trackId: string): 'no' | 'silent' | 'sounds' {
  if (queue[index]?.track.id !== trackId) return 'no';
  return status === 'playing' || status === 'loading' || status === 'stalled' ? 'sounds' : 'silent';
}

type Drop = 'dragged' | 'above' | 'below' | 'elsewhere';
/** A line where the dragged row would land. */
const DROP_LOOKS: Record<Drop, string> = {
  dragged: 'opacity-50',
  above: 'shadow-[0_-2px_0_0_var(--honey)]',
  below: 'shadow-[0_2px_0_0_var(--honey)]',
  elsewhere: '',
};

function dropOf(key: string, isLast: boolean, { dragged, before }: Reorder): Drop {
  if (key === dragged) return 'dragged';
  if (key === before) return 'above';
  return isLast && before === null ? 'below' : 'elsewhere';
}

/** Links and buttons of a row are their own masters. */
const isOnControl = (target: EventTarget) => target instanceof Element && target.closest('a, button') !== null;

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];

export function TrackListSkeleton() {
  return (
    <div className="grid gap-px">
      {SKELETON_ROWS.map((row) => (
        <div key={row} className="flex h-14 items-center gap-3">
          <Skeleton className="size-10" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="h-3 w-2/5" />
            <Skeleton className="h-2.5 w-1/4" />
          </div>
        </div>
      ))}
    </div>
  );
}
