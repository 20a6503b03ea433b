'use client';
/** Tracks, one a row, with what every such list can: select with mouse and keyboard, play, open the menu, move rows. */
import { Ellipsis, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import { useErrorText } from '../errors';
import { isPlayable, useListening } from '../listening/context';
import { useMarkActions } from '../marks/marks';
import { IconButton } from '../ui/button';
import { useContextPress } from '../ui/context-press';
import { menuPlace } from '../ui/menu-request';
import { toast } from '../ui/toast';
import { useMusicMenu } from './music-menu';
import { tracksSubject } from './music-subject';
import { type Reorder, ReorderHandle, useReorder } from './reorder';
import { actedOn, noSelection, pick, rowFrom, type Selection, selectAll, stillThere } from './row-selection';
import { RowOnItsWay, Rows } from './rows';

/** A pointer that rests this long means it. */
const REST_MS = 120;

export interface GridRow {
  /** Its own among the rows: a list may hold a track twice. */
  key: string;
  track: Track;
}

/** What a row's cells are drawn with. */
export interface RowParts {
  /** Of the row's controls: Tab reaches those of the focused row alone. */
  tabIndex: 0 | -1;
  /** A press of the row's play button. */
  play: () => void;
  /** Removes this row alone. */
  remove: () => void;
}

/** Draws the cells of a row (`role="gridcell"`), all but the handle and the menu button. */
export type RowCells<R> = (row: R, index: number, parts: RowParts) => ReactNode;

/**
 * @param rows of a long list of the server those that are there, each at its place; the others are holes, and `load` has their tracks
 * @param keys of such a list: of all its rows
 */
export function TrackGrid<R extends GridRow>({
  rows,
  keys: allKeys,
  label,
  cells,
  onPlay,
  onMove,
  onRemove,
  removeLabel = '',
  scroller,
  anchors = false,
  onRange,
  load,
}: {
  rows: readonly (R | undefined)[];
  keys?: readonly string[] | undefined;
  label: string;
  cells: RowCells<R>;
  /** Plays from this row on. @param again from its beginning, if it is the one that plays; else that one is paused or resumed */
  onPlay: (index: number, again: boolean) => void;
  /** Where rows may be moved: these were, to before another; null: to the end. */
  onMove?: ((keys: readonly string[], before: string | null) => void) | undefined;
  /** Where rows may be removed, from their menu or with the Delete key. */
  onRemove?: ((keys: readonly string[]) => void) | undefined;
  /** What that is called. */
  removeLabel?: string;
  scroller?: RefObject<HTMLElement | null> | undefined;
  /** Rows have their track's id as theirs: what the links of tracks point to. */
  anchors?: boolean;
  /** Which rows are in sight, of a list that is not drawn whole. */
  onRange?: ((first: number, last: number) => void) | undefined;
  /** The tracks of these rows, from the server where they are not there yet. */
  load?: ((places: readonly number[]) => Promise<readonly Track[]>) | undefined;
}) {
  const t = useTranslations('track');
  const { command, player } = useListening();
  const tPlaylists = useTranslations('playlists');
  const openMenu = useMusicMenu();
  const marks = useMarkActions();
  const errorText = useErrorText();
  const list = useRef<HTMLDivElement>(null);
  const keys = useMemo(() => allKeys ?? rows.map((row) => row?.key ?? ''), [allKeys, rows]);
  const [chosen, setSelection] = useState<Selection>(noSelection);
  const selection = useMemo(() => stillThere(keys, chosen), [keys, chosen]);
  const [moved, setMoved] = useState('');
  const focusNext = useRef(false);
  const focus = selection.focus ?? keys[0];

  const move = (moving: readonly string[], before: string | null) => {
    onMove?.(moving, before);
    const others = keys.filter((key) => !moving.includes(key));
    const place = before === null ? others.length : others.indexOf(before);
    setMoved(t('movedTo', { position: Math.max(0, place) + 1, count: keys.length }));
  };
  const acted = (key: string) => actedOn(keys, selection, key);
  const reorder = useReorder({ keys, movedWith: acted, list, scroller, onMove: move });
  const contextPress = useContextPress();
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useFocusOf(list, focus, focusNext);
  useClearOutside(list, selection.keys.size > 0, () => setSelection((now) => ({ ...now, keys: new Set() })));
  useLinkedRow(rows, anchors, (key) => {
    focusNext.current = true;
    setSelection(pick(keys, noSelection, key, 'only'));
  });

  const remove = (gone: readonly string[]) => {
    // Not lost with the row that has it.
    focusNext.current = true;
    setSelection({ ...noSelection, focus: neighbourOf(keys, gone) });
    onRemove?.(gone);
  };

  /** @returns `load` where some of them are not here yet */
  const actedTracks = (key: string) => {
    const wanted = new Set(acted(key));
    const places = keys.flatMap((other, n) => (wanted.has(other) ? [n] : []));
    const here = places.flatMap((n) => rows[n]?.track ?? []);
    // So many, and one more, fill a queue, which then says so.
    const some = places.slice(0, MAX_QUEUE_ITEMS + 1);
    const isWhole = load === undefined || here.length === places.length;
    return { here, count: places.length, load: isWhole ? undefined : () => load(some) };
  };

  const menu = (key: string, place: ReturnType<typeof menuPlace>) => {
    if (!selection.keys.has(key)) setSelection((now) => pick(keys, now, key, 'only'));
    const about = acted(key);
    const { here, count, load: loadAll } = actedTracks(key);
    const more = onRemove && [{ icon: Trash2, label: removeLabel, onSelect: () => remove(about) }];
    const subject = loadAll === undefined ? tracksSubject(here) : { name: null, tracks: loadAll, count, links: [] };
    openMenu({ ...subject, ...(more && { more }) }, place);
  };

  /** @param letter l, or the number of stars */
  const mark = async (key: string, letter: string) => {
    const { here, count, load: loadAll } = actedTracks(key);
    if (loadAll !== undefined && count > MAX_QUEUE_ITEMS)
      return toast.error(t('tooManyToMark', { count: MAX_QUEUE_ITEMS }));
    try {
      const ids = [...new Set((await (loadAll?.() ?? here)).map((track) => track.id))];
      if (ids.length === 0) return;
      if (letter === 'l') await marks.toggle('track', ids);
      else marks.rate('track', ids, Number(letter) || null);
    } catch (error) {
      toast.error(errorText(error));
    }
  };

  const start = (index: number) => {
    const track = rows[index]?.track;
    if (track !== undefined && isPlayable(track)) onPlay(index, true);
  };

  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const row = event.target instanceof HTMLElement && event.target.role === 'row' ? event.target : null;
    const key = row?.dataset.row;
    if (event.defaultPrevented || row === null || key === undefined) return;
    const control = event.ctrlKey || event.metaKey;
    const to = rowFrom(keys, { ...selection, focus: key }, event.key);
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      if (onMove !== undefined) reorder.nudge(acted(key), event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.altKey) return;
    else if (to !== null) {
      focusNext.current = true;
      setSelection(pick(keys, selection, to, event.shiftKey ? 'range' : control ? 'focus' : 'only'));
    } else if (event.key === 'Enter') start(keys.indexOf(key));
    else if (event.key === ' ' && control) setSelection(pick(keys, selection, key, 'toggle'));
    // As everywhere where no button has the focus.
    else if (event.key === ' ' && !event.shiftKey) command((p) => p.toggle());
    else if (!control && !event.shiftKey && /^[l0-5]$/i.test(event.key)) {
      void mark(key, event.key.toLowerCase());
    } else if (event.key === 'a' && control) setSelection(selectAll(keys, selection));
    else if (event.key === 'Escape' && selection.keys.size > 0) setSelection({ ...selection, keys: new Set() });
    else if ((event.key === 'Delete' || event.key === 'Backspace') && onRemove !== undefined && !control) {
      remove(acted(key));
    } else return;
    event.preventDefault();
  };

  const row = (index: number, style: CSSProperties | undefined) => {
    const key = keys[index];
    if (key === undefined) return null;
    const data = rows[index];
    if (data === undefined) {
      return <RowOnItsWay key={key} rowKey={key} index={index} tabIndex={key === focus ? 0 : -1} style={style} />;
    }
    const { track } = data;
    const playable = isPlayable(track);
    const tabIndex = key === focus ? 0 : -1;
    const play = () => {
      if (playable) onPlay(index, false);
    };
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys of all rows
      // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are out of sight
      <div
        key={key}
        id={anchors ? track.id : undefined}
        role="row"
        aria-rowindex={index + 1}
        aria-selected={selection.keys.has(key)}
        data-row={key}
        tabIndex={tabIndex}
        style={style}
        onMouseDown={(event) => {
          // No text is selected on the way; the row has the focus all the same.
          if (!isOnControl(event.target)) {
            event.preventDefault();
            event.currentTarget.focus({ preventScroll: true });
          }
        }}
        onClick={(event) => {
          if (isOnControl(event.target)) return;
          // A finger has no second click.
          const { nativeEvent } = event;
          if (nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch') play();
          else {
            const how = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
            setSelection(pick(keys, selection, key, how));
          }
        }}
        onDoubleClick={(event) => {
          if (!isOnControl(event.target)) start(index);
        }}
        onPointerEnter={() => {
          if (playable) resting.current = setTimeout(() => player?.likely([track.id]), REST_MS);
        }}
        onPointerLeave={() => clearTimeout(resting.current)}
        {...contextPress.on((place) => menu(key, place))}
        className={`group flex h-14 items-center gap-3 rounded-lg px-2 select-none [-webkit-touch-callout:none] [contain-intrinsic-size:auto_3.5rem] hover:bg-wash aria-selected:bg-honey/25 md:px-3 ${style === undefined ? '[content-visibility:auto]' : ''} ${playable ? '' : 'text-soft'} ${dropLook(key, index === keys.length - 1, reorder)}`}
      >
        {onMove !== undefined && (
          <Cell className="shrink-0">
            <ReorderHandle
              label={tPlaylists('handle', { title: track.title })}
              tabIndex={tabIndex}
              {...reorder.handle(key)}
            />
          </Cell>
        )}
        {cells(data, index, { tabIndex, play, remove: () => remove([key]) })}
        <Cell className="-mr-1 shrink-0">
          <IconButton
            label={t('more', { title: track.title })}
            aria-haspopup="menu"
            tabIndex={tabIndex}
            className="size-9"
            onClick={(event) => menu(key, menuPlace(event.currentTarget))}
          >
            <Ellipsis className="size-[1.15rem]" aria-hidden="true" />
          </IconButton>
        </Cell>
      </div>
    );
  };

  const pinned = [focus, ...reorder.dragged].map((key) => (key === undefined ? -1 : keys.indexOf(key)));
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are out of sight */}
      <div
        ref={list}
        role="grid"
        aria-label={label}
        aria-rowcount={keys.length}
        aria-multiselectable="true"
        onKeyDown={pressed}
        className="-mx-2 md:-mx-3"
      >
        <Rows count={keys.length} scroller={scroller} pinned={pinned} onRange={onRange}>
          {row}
        </Rows>
      </div>
      <p role="status" className="sr-only">
        {selection.keys.size > 1 ? t('selected', { count: selection.keys.size }) : moved}
      </p>
    </>
  );
}

export function Cell({ className = '', children }: { className?: string; children?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as its row
    // biome-ignore lint/a11y/useFocusableInteractive: its row is focused, and what is in it
    <div role="gridcell" className={className}>
      {children}
    </div>
  );
}

/** A line where the dragged rows would land. */
function dropLook(key: string, isLast: boolean, { dragged, before }: Reorder): string {
  if (dragged.length === 0) return '';
  if (dragged.includes(key)) return 'opacity-50';
  if (key === before) return 'shadow-[0_-2px_0_0_var(--honey)]';
  return isLast && before === null ? 'shadow-[0_2px_0_0_var(--honey)]' : '';
}

/** Links and buttons of a row are their own masters. */
const isOnControl = (target: EventTarget) => target instanceof Element && target.closest('a, button') !== null;

/** Which row has the focus once these are gone. */
function neighbourOf(keys: readonly string[], gone: readonly string[]): string | null {
  const away = new Set(gone);
  const at = keys.findIndex((key) => away.has(key));
  return keys.slice(at).find((key) => !away.has(key)) ?? keys.slice(0, Math.max(0, at)).at(-1) ?? null;
}

/** Gives the row the focus once it is drawn, when `wanted` says so. */
function useFocusOf(list: RefObject<HTMLElement | null>, key: string | undefined, wanted: RefObject<boolean>): void {
  useEffect(() => {
    if (!wanted.current || key === undefined) return;
    wanted.current = false;
    const row = list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  });
}

/** A press elsewhere, other than in a menu or a dialog, clears the selection. */
function useClearOutside(list: RefObject<HTMLElement | null>, active: boolean, clear: () => void): void {
  const latest = useRef(clear);
  latest.current = clear;
  useEffect(() => {
    if (!active) return;
    const pressed = ({ target }: Event) => {
      if (!(target instanceof Element) || list.current?.contains(target)) return;
      if (target.closest('[role=menu], [role=dialog], [data-sonner-toaster]') === null) latest.current();
    };
    addEventListener('pointerdown', pressed, { capture: true });
    return () => removeEventListener('pointerdown', pressed, { capture: true });
  }, [list, active]);
}

/** The row that the page's address names after `#` is shown and selected, once. */
function useLinkedRow(rows: readonly (GridRow | undefined)[], active: boolean, show: (key: string) => void): void {
  const done = useRef(false);
  useEffect(() => {
    if (!active || done.current || rows.length === 0) return;
    done.current = true;
    const id = location.hash.slice(1);
    const row = id === '' ? undefined : rows.find((other) => other?.track.id === id);
    if (row !== undefined) show(row.key);
  });
}
