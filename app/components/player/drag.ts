/** A finger that pulls the player open, or shut. */
import { type PointerEvent, type RefObject, useRef } from 'react';

/** Pulled so far it goes on by itself. CSS pixels. */
const FAR_PX = 110;
/** A quick flick needs less. CSS pixels, and pixels a millisecond. */
const FLICK_PX = 28;
const FLICK_SPEED = 0.45;

export interface Pull {
  /** In the direction that counts; sideways. CSS pixels. */
  alongPx: number;
  acrossPx: number;
  ms: number;
}

/** Whether letting go now opens or shuts it. */
export function isPulled({ alongPx, acrossPx, ms }: Pull): boolean {
  if (alongPx <= Math.abs(acrossPx)) return false;
  return alongPx >= FAR_PX || (alongPx >= FLICK_PX && alongPx / Math.max(1, ms) >= FLICK_SPEED);
}

/**
 * Handlers of what is pulled by finger or pen; it needs `touch-action: none`.
 * @param moved follows the finger meanwhile
 */
export function usePull(direction: 'up' | 'down', onPulled: () => void, moved?: RefObject<HTMLElement | null>) {
  const start = useRef<{ x: number; y: number; at: number; pointer: number } | null>(null);
  const pullOf = (event: PointerEvent): Pull | null => {
    const from = start.current;
    if (from?.pointer !== event.pointerId) return null;
    const down = event.clientY - from.y;
    return {
      alongPx: direction === 'down' ? down : -down,
      acrossPx: event.clientX - from.x,
      ms: event.timeStamp - from.at,
    };
  };
  const follow = (alongPx: number, transition: string) => {
    if (moved?.current == null) return;
    moved.current.style.transition = transition;
    moved.current.style.transform = alongPx > 0 ? `translateY(${alongPx}px)` : '';
  };
  const end = () => {
    start.current = null;
    follow(0, 'transform 180ms');
  };
  return {
    onPointerDown(event: PointerEvent) {
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      start.current = { x: event.clientX, y: event.clientY, at: event.timeStamp, pointer: event.pointerId };
    },
    onPointerMove(event: PointerEvent) {
      const pull = pullOf(event);
      if (pull !== null) follow(pull.alongPx > Math.abs(pull.acrossPx) ? pull.alongPx : 0, 'none');
    },
    onPointerUp(event: PointerEvent) {
      const pull = pullOf(event);
      if (pull === null) return;
      end();
      if (isPulled(pull)) onPulled();
    },
    onPointerCancel: end,
  };
}
