'use client';
/** Moving the rows of a list: by dragging a handle with mouse, pen or finger, or with the arrow keys while it has the focus. */
import { GripVertical } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';

/** So near to the edge of what scrolls, CSS px, it scrolls while a row is dragged. */
const EDGE_PX = 56;
/** At the edge itself, CSS px in each frame. */
const SCROLL_PX = 16;

export interface Reorder {
  /** The rows that are being dragged. */
  dragged: readonly string[];
  /** The row before which they would land; null: behind the last. */
  before: string | null;
  /** Moves rows up or down by one. */
  nudge(keys: readonly string[], by: -1 | 1): void;
  handle(key: string): {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(): void;
    onPointerCancel(): void;
    onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  };
}

interface Drag {
  keys: readonly string[];
  before: string | null;
}

/**
 * @param keys of the rows, in order; they are of one height and fill `list`, though not all need be drawn
 * @param movedWith the rows that go with a row
 * @param scroller scrolls the list; absent: the window does
 * @param onMove these rows to before another; null: to the end
 */
export function useReorder({
  keys,
  movedWith,
  list,
  scroller,
  onMove,
}: {
  keys: readonly string[];
  movedWith: (key: string) => readonly string[];
  list: RefObject<HTMLElement | null>;
  scroller?: RefObject<HTMLElement | null> | undefined;
  onMove: (keys: readonly string[], before: string | null) => void;
}): Reorder {
  const [drag, setDrag] = useState<Drag | null>(null);
  const pointerY = useRef(0);

  const move = (moved: readonly string[], before: string | null) => {
    if (wouldMove(keys, moved, before)) onMove(moved, before);
  };
  const nudge = (moved: readonly string[], by: -1 | 1) => {
    const places = moved.map((key) => keys.indexOf(key)).sort((a, b) => a - b);
    const [first = -1, last = -1] = [places[0], places.at(-1)];
    if (first < 0 || (by < 0 && first === 0) || (by > 0 && last === keys.length - 1)) return;
    move(moved, keys[by < 0 ? first - 1 : last + 2] ?? null);
  };
  const followPointer = () => {
    const before = rowAt(keys, list.current, pointerY.current);
    setDrag((now) => (now === null || now.before === before ? now : { ...now, before }));
  };
  const isDragging = drag !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: for as long as the drag lasts; what it reads, it reads as it is then
  useEffect(() => {
    if (!isDragging) return;
    let frame = requestAnimationFrame(function scroll() {
      if (scrollAtEdge(scroller?.current ?? null, pointerY.current)) followPointer();
      frame = requestAnimationFrame(scroll);
    });
    return () => cancelAnimationFrame(frame);
  }, [isDragging]);

  return {
    dragged: drag?.keys ?? [],
    before: drag?.before ?? null,
    nudge,
    handle: (key) => ({
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pointerY.current = event.clientY;
        setDrag({ keys: movedWith(key), before: key });
      },
      onPointerMove(event) {
        if (drag === null) return;
        pointerY.current = event.clientY;
        followPointer();
      },
      onPointerUp() {
        if (drag === null) return;
        setDrag(null);
        move(drag.keys, drag.before);
      },
      onPointerCancel: () => setDrag(null),
      onKeyDown(event) {
        if (event.key === 'Escape' && drag !== null) setDrag(null);
        else if (event.key === 'ArrowUp') nudge(movedWith(key), -1);
        else if (event.key === 'ArrowDown') nudge(movedWith(key), 1);
        else return;
        event.preventDefault();
      },
    }),
  };
}

/** Whether the order would be another. */
function wouldMove(keys: readonly string[], moved: readonly string[], before: string | null): boolean {
  const moving = new Set(moved);
  let at = before === null ? keys.length : keys.indexOf(before);
  while (at < keys.length && moving.has(keys[at] ?? '')) at += 1;
  const first = at - moved.length;
  return first < 0 || keys.slice(first, at).some((key) => !moving.has(key));
}

/** The first row whose middle lies below `y`; null: none does. */
function rowAt(keys: readonly string[], list: HTMLElement | null, y: number): string | null {
  if (list === null) return null;
  const { top, height } = list.getBoundingClientRect();
  const at = Math.round((y - top) / (height / Math.max(1, keys.length)));
  return keys[Math.max(0, at)] ?? null;
}

/** Scrolls on while the pointer is near an edge. @returns whether it did */
function scrollAtEdge(scroller: HTMLElement | null, y: number): boolean {
  const root = getComputedStyle(document.documentElement);
  // The player covers the end of the window.
  const { top, bottom } = scroller?.getBoundingClientRect() ?? {
    top: 0,
    bottom: innerHeight - Number.parseFloat(root.scrollPaddingBottom || '0') / 2,
  };
  const deep = y < top + EDGE_PX ? y - top - EDGE_PX : y > bottom - EDGE_PX ? y - bottom + EDGE_PX : 0;
  if (deep === 0) return false;
  const step = Math.max(-1, Math.min(1, deep / EDGE_PX)) * SCROLL_PX;
  if (scroller) scroller.scrollBy(0, step);
  else scrollBy(0, step);
  return true;
}

export function ReorderHandle({
  label,
  tabIndex,
  ...events
}: { label: string; tabIndex: number } & ReturnType<Reorder['handle']>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      {...events}
      className="-ml-1.5 grid h-10 w-6 shrink-0 cursor-grab touch-none place-items-center rounded-md text-soft/70 hover:text-ink active:cursor-grabbing"
    >
      <GripVertical className="size-4" aria-hidden="true" />
    </button>
  );
}
