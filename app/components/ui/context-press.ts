'use client';
import { type MouseEvent, type PointerEvent, useRef } from 'react';
import { menuPlace } from './menu-request';

/** As long as phones take for theirs. */
const LONG_PRESS_MS = 500;
/** A finger that moves further is scrolling, CSS px. */
const STILL_PX = 10;
/** What the browser makes of the same press comes within this: a click, or on Android a `contextmenu` of its own. */
const SAME_PRESS_MS = 700;

type Place = ReturnType<typeof menuPlace>;

/** Right clicks, the menu key, and long presses of a finger, of which iPhones do not tell as `contextmenu`. */
export function useContextPress() {
  const held = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const openedAt = useRef(Number.NEGATIVE_INFINITY);
  const cancel = () => {
    if (held.current !== null) clearTimeout(held.current.timer);
    held.current = null;
  };
  /** The press that goes on, or has just ended, has opened a menu. */
  const justOpened = () => performance.now() - openedAt.current < SAME_PRESS_MS;
  /** What a browser makes of the end of a long press: a focus that would close the menu, and a click. */
  const swallow = (event: MouseEvent<HTMLElement>) => {
    if (!justOpened()) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    on: (open: (place: Place) => void) => ({
      onContextMenu(event: MouseEvent<HTMLElement>) {
        event.preventDefault();
        cancel();
        if (justOpened()) return;
        if (event.nativeEvent instanceof globalThis.PointerEvent && event.nativeEvent.pointerType === 'touch') {
          openedAt.current = performance.now();
        }
        open(menuPlace(event.currentTarget, event));
      },
      onPointerDown(event: PointerEvent<HTMLElement>) {
        cancel();
        openedAt.current = Number.NEGATIVE_INFINITY;
        if (event.pointerType !== 'touch' || !event.isPrimary) return;
        const { currentTarget, clientX, clientY } = event;
        const timer = setTimeout(() => {
          held.current = null;
          openedAt.current = performance.now();
          open(menuPlace(currentTarget, { clientX, clientY }));
        }, LONG_PRESS_MS);
        held.current = { timer, x: clientX, y: clientY };
      },
      onPointerMove({ clientX, clientY }: PointerEvent<HTMLElement>) {
        const from = held.current;
        if (from !== null && Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) cancel();
      },
      onPointerUp() {
        cancel();
        if (openedAt.current > 0) openedAt.current = performance.now();
      },
      onPointerCancel: cancel,
      onMouseDownCapture: swallow,
      onClickCapture: swallow,
    }),
  };
}
