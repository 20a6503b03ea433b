'use client';
import { Pause, Play, Volume2 } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { type PlayerState, sounds } from '@/lib/player/api';
import { clock } from '../format';
import { isPlayable, useListening, usePlayerState, usePlayTracks } from '../listening/context';
import { HeartButton } from '../marks/heart-button';
import { Skeleton } from '../ui/states';
import { Cover } from './cover';
import { type MusicSubject, useMusicActions } from './music-subject';
import { Cell, type GridRow, type RowParts, TrackGrid } from './track-grid';

export interface TrackRowData extends GridRow {
  /** Last column before the length, such as when it was played; on a phone behind the artist. */
  note?: ReactNode;
}

/** What a list needs of which the page has only the parts in sight. */
interface LongTracks {
  /** Of all rows. */
  keys: readonly string[];
  onRange: (first: number, last: number) => void;
  /** The tracks of these rows, from the server where they are not there yet. */
  load: (places: readonly number[]) => Promise<readonly Track[]>;
  playFrom: (index: number) => void;
}

/**
 * Tracks, one a row. Playing one plays the list on from there.
 * @param onMove in a playlist that may be changed: rows were moved to before another; null: to the end
 * @param onRemove in such a playlist: takes rows out of it
 * @param all what plays on, where these rows are a part of it: by default they are all
 * @param long a list of the server of which only `rows` are there, the others being holes
 * @param look `album`: numbered, without cover and album name; `full`: with both
 */
export function TrackList({
  rows,
  label,
  all,
  look = 'full',
  long,
  onMove,
  onRemove,
}: {
  rows: readonly (TrackRowData | undefined)[];
  label: string;
  all?: MusicSubject['tracks'] | undefined;
  look?: 'album' | 'full';
  long?: LongTracks | undefined;
  onMove?: (keys: readonly string[], before: string | null) => void;
  onRemove?: (keys: readonly string[]) => void;
}) {
  const t = useTranslations('track');
  const { command, player } = useListening();
  const playTracks = usePlayTracks();
  const { withTracks } = useMusicActions();
  const play = (index: number, again: boolean) => {
    const state = player?.state();
    const chosen = rows[index]?.track.id;
    if (!again && state?.queue[state.index]?.track.id === chosen) command((p) => p.toggle());
    else if (long !== undefined) long.playFrom(index);
    else if (all !== undefined) {
      void withTracks(all, (tracks) =>
        playTracks(
          tracks,
          tracks.findIndex(({ id }) => id === chosen),
        ),
      );
    } else
      playTracks(
        rows.flatMap((row) => row?.track ?? []),
        index,
      );
  };
  return (
    <TrackGrid
      rows={rows}
      label={label}
      keys={long?.keys}
      onRange={long?.onRange}
      load={long?.load}
      onPlay={play}
      onMove={onMove}
      onRemove={onRemove}
      removeLabel={t('removeFromPlaylist')}
      anchors={look === 'album'}
      cells={(row, index, parts) => <TrackCells row={row} number={index + 1} look={look} parts={parts} />}
    />
  );
}

function TrackCells({
  row,
  number,
  look,
  parts: { tabIndex, play },
}: {
  row: TrackRowData;
  number: number;
  look: 'album' | 'full';
  parts: RowParts;
}) {
  const t = useTranslations('track');
  const { track } = row;
  // One word of the player's state: of a long list, a press draws the row that was and the row that is current.
  const plays = usePlayerState((state) => playOf(state, track.id));
  const isCurrent = plays !== 'no';
  const isSounding = plays === 'sounds';
  const playable = isPlayable(track);
  const Icon = isSounding ? Pause : Play;
  return (
    <>
      <Cell className="relative size-10 shrink-0">
        {look === 'full' ? (
          <Cover coverId={track.coverId} seed={track.albumId} className={playable ? '' : 'opacity-60'} />
        ) : (
          <span
            className={`absolute inset-0 grid place-items-center text-sm text-soft numbers ${isCurrent ? 'hidden' : 'group-focus-within:invisible group-hover:invisible'}`}
          >
            {track.trackNo ?? number}
          </span>
        )}
        <button
          type="button"
          disabled={!playable}
          tabIndex={tabIndex}
          onClick={play}
          aria-label={isSounding ? t('pause', { title: track.title }) : t('play', { title: track.title })}
          className={`absolute inset-0 grid place-items-center rounded-md disabled:hidden ${look === 'full' ? 'bg-black/55 text-white' : 'text-accent'} ${isCurrent ? '' : 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100'}`}
        >
          <Icon className="size-4 fill-current" aria-hidden="true" />
        </button>
      </Cell>
      <Cell className="min-w-0 flex-1 md:flex-[2]">
        <p className={`flex items-center gap-2 text-sm font-medium ${isCurrent ? 'text-accent' : ''}`}>
          <span className={`truncate ${playable ? '' : 'line-through decoration-1'}`}>{track.title}</span>
          {isSounding && <Volume2 className="size-3.5 shrink-0" aria-label={t('playing')} />}
          {!playable && (
            <span className="shrink-0 rounded border border-line-strong/60 px-1.5 text-[0.6875rem] font-medium">
              {track.withdrawn ? t('withdrawn') : t('missing')}
            </span>
          )}
        </p>
        <p className="truncate text-xs text-soft">
          <Link href={`/artists/${track.artistId}`} tabIndex={tabIndex} className="hover:text-ink hover:underline">
            {track.artist}
          </Link>
          {row.note !== undefined && <span className="sm:hidden"> · {row.note}</span>}
        </p>
      </Cell>
      {look === 'full' && (
        <Cell className="hidden min-w-0 flex-[1.4] truncate text-sm text-soft lg:block">
          <Link href={`/albums/${track.albumId}`} tabIndex={tabIndex} className="hover:text-ink hover:underline">
            {track.album}
          </Link>
        </Cell>
      )}
      {row.note !== undefined && (
        <Cell className="hidden w-28 shrink-0 text-right text-xs text-soft sm:block">{row.note}</Cell>
      )}
      <Cell className="shrink-0">
        <HeartButton kind="track" id={track.id} name={track.title} quiet tabIndex={tabIndex} className="size-9" />
      </Cell>
      <Cell className="w-11 shrink-0 text-right text-xs text-soft numbers">{clock(track.durationS)}</Cell>
    </>
  );
}

function playOf({ queue, index, status }: PlayerState, trackId: string): 'no' | 'silent' | 'sounds' {
  if (queue[index]?.track.id !== trackId) return 'no';
  return sounds({ status }) ? 'sounds' : 'silent';
}

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
