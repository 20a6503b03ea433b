'use client';
import { type MouseEvent, type PointerEvent, useRef, useState } from 'react';

/** So far across, a finger means a swipe however slowly it moves. CSS pixels. */
const FAR_PX = 56;
/** A quick flick needs less. CSS pixels, and pixels a millisecond. */
const FLICK_PX = 24;
const FLICK_SPEED = 0.4;
/** Movement that is still a press. CSS pixels. */
const STILL_PX = 8;
/** What is swiped follows the finger no further. CSS pixels. */
const FOLLOW_PX = 96;

export interface Movement {
  /** To the right, and down, in CSS pixels. */
  dx: number;
  dy: number;
  ms: number;
}

/** What a finger meant that was lifted after this movement; null: nothing, or to scroll. */
export function swipeOf({ dx, dy, ms }: Movement): 'left' | 'right' | null {
  const across = Math.abs(dx);
  if (across < 2 * Math.abs(dy)) return null;
  const isFlick = across >= FLICK_PX && across / Math.max(1, ms) >= FLICK_SPEED;
  if (across < FAR_PX && !isFlick) return null;
  return dx < 0 ? 'left' : 'right';
}

/**
 * Makes an element swipeable by finger or pen, sideways; up and down it scrolls as ever.
 * @returns handlers for the element, which needs `touch-action: pan-y`, and how far what is in it is moved meanwhile, in CSS pixels
 */
export function useSwipe(on: Record<'left' | 'right', () => void>) {
  const start = useRef<{ x: number; y: number; at: number; pointer: number } | null>(null);
  /** The click that follows a swipe is none. */
  const swiped = useRef(false);
  const [offset, setOffset] = useState(0);
  const movement = (event: PointerEvent): Movement | null =>
    start.current?.pointer === event.pointerId
      ? {
          dx: event.clientX - start.current.x,
          dy: event.clientY - start.current.y,
          ms: event.timeStamp - start.current.at,
        }
      : null;
  const end = () => {
    start.current = null;
    setOffset(0);
  };
  return {
    offset,
    handlers: {
      onPointerDown(event: PointerEvent) {
        swiped.current = false;
        if (event.pointerType === 'mouse' || !event.isPrimary) return;
        start.current = { x: event.clientX, y: event.clientY, at: event.timeStamp, pointer: event.pointerId };
      },
      onPointerMove(event: PointerEvent) {
        const moved = movement(event);
        if (moved === null) return;
        if (Math.abs(moved.dx) < STILL_PX) return setOffset(0);
        swiped.current = true;
        setOffset(Math.max(-FOLLOW_PX, Math.min(FOLLOW_PX, moved.dx)));
      },
      onPointerUp(event: PointerEvent) {
        const moved = movement(event);
        end();
        const way = moved === null ? null : swipeOf(moved);
        if (way === null) return;
        swiped.current = true;
        on[way]();
      },
      onPointerCancel: end,
      onClickCapture(event: MouseEvent) {
        if (!swiped.current) return;
        swiped.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
    },
  };
}
