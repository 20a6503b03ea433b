'use client';
/** What a finger does with the player: it pulls it open or shut, and swipes to the track before or after. */
import { type MouseEvent, type PointerEvent, type RefObject, useRef, useState } from 'react';

/** Pulled so far it goes on by itself. CSS pixels. */
const PULL_PX = 110;
/** So far across, a finger means a swipe however slowly it moves. CSS pixels. */
const SWIPE_PX = 56;
/** A quick flick needs less. CSS pixels, and pixels a millisecond. */
const FLICK_PX = 24;
const FLICK_SPEED = 0.4;
/** Movement that is still a press. CSS pixels. */
const STILL_PX = 8;
/** What is swiped follows the finger no further. CSS pixels. */
const FOLLOW_PX = 96;

/** Since the finger went down. */
export interface Movement {
  /** To the right, and down, in CSS pixels. */
  dx: number;
  dy: number;
  ms: number;
}

const isFlick = (px: number, ms: number) => px >= FLICK_PX && px / Math.max(1, ms) >= FLICK_SPEED;

/** Whether a finger that is lifted after this movement has pulled that way. */
export function isPulled({ dx, dy, ms }: Movement, direction: 'up' | 'down'): boolean {
  const along = direction === 'down' ? dy : -dy;
  return along > Math.abs(dx) && (along >= PULL_PX || isFlick(along, ms));
}

/** What a finger meant that was lifted after this movement; null: nothing, or to scroll. */
export function swipeOf({ dx, dy, ms }: Movement): 'left' | 'right' | null {
  const across = Math.abs(dx);
  if (across < 2 * Math.abs(dy) || (across < SWIPE_PX && !isFlick(across, ms))) return null;
  return dx < 0 ? 'left' : 'right';
}

/** Follows one finger or pen from where it went down; a mouse does not swipe. */
function useFinger() {
  const start = useRef<{ x: number; y: number; at: number; pointer: number } | null>(null);
  return {
    down(event: PointerEvent): void {
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      start.current = { x: event.clientX, y: event.clientY, at: event.timeStamp, pointer: event.pointerId };
    },
    /** Null: another finger moved, or none is down. */
    movement(event: PointerEvent): Movement | null {
      const from = start.current;
      if (from?.pointer !== event.pointerId) return null;
      return { dx: event.clientX - from.x, dy: event.clientY - from.y, ms: event.timeStamp - from.at };
    },
    lifted(): void {
      start.current = null;
    },
  };
}

/**
 * Handlers of what is pulled by finger or pen; it needs `touch-action: none`.
 * @param moved follows the finger meanwhile
 */
export function usePull(direction: 'up' | 'down', onPulled: () => void, moved?: RefObject<HTMLElement | null>) {
  const finger = useFinger();
  const follow = (alongPx: number, transition: string) => {
    if (moved?.current == null) return;
    moved.current.style.transition = transition;
    moved.current.style.transform = alongPx > 0 ? `translateY(${alongPx}px)` : '';
  };
  const end = () => {
    finger.lifted();
    follow(0, 'transform 180ms');
  };
  return {
    onPointerDown: finger.down,
    onPointerMove(event: PointerEvent) {
      const movement = finger.movement(event);
      if (movement === null) return;
      const along = direction === 'down' ? movement.dy : -movement.dy;
      follow(along > Math.abs(movement.dx) ? along : 0, 'none');
    },
    onPointerUp(event: PointerEvent) {
      const movement = finger.movement(event);
      if (movement === null) return;
      end();
      if (isPulled(movement, direction)) onPulled();
    },
    onPointerCancel: end,
  };
}

/**
 * Makes an element swipeable by finger or pen, sideways; up and down it scrolls as ever.
 * @returns handlers for the element, which needs `touch-action: pan-y`, and how far what is in it is moved meanwhile, in CSS pixels
 */
export function useSwipe(on: Record<'left' | 'right', () => void>) {
  const finger = useFinger();
  /** The click that follows a swipe is none. */
  const swiped = useRef(false);
  const [offset, setOffset] = useState(0);
  const end = () => {
    finger.lifted();
    setOffset(0);
  };
  return {
    offset,
    handlers: {
      onPointerDown(event: PointerEvent) {
        swiped.current = false;
        finger.down(event);
      },
      onPointerMove(event: PointerEvent) {
        const moved = finger.movement(event);
        if (moved === null) return;
        if (Math.abs(moved.dx) < STILL_PX) return setOffset(0);
        swiped.current = true;
        setOffset(Math.max(-FOLLOW_PX, Math.min(FOLLOW_PX, moved.dx)));
      },
      onPointerUp(event: PointerEvent) {
        const moved = finger.movement(event);
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
