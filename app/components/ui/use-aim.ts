import { type PointerEvent, useEffect, useRef } from 'react';

/** A pointer that only crosses the slider aims at nothing, ms. A hand rests for about 300 before it presses. */
const REST_MS = 60;

/**
 * Tells where over a slider a mouse or pen rests, as the value that a press there would choose.
 * @param onAim null: the pointer has left
 */
export function useAim({ max, step }: { max: number; step: number }, onAim: (value: number | null) => void) {
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  return {
    onPointerMove({ currentTarget, clientX, pointerType }: PointerEvent<HTMLElement>) {
      // A finger does not hover.
      if (pointerType === 'touch') return;
      clearTimeout(resting.current);
      resting.current = setTimeout(() => {
        const { left, width } = currentTarget.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
        onAim(Math.round((share * max) / step) * step);
      }, REST_MS);
    },
    onPointerLeave() {
      clearTimeout(resting.current);
      onAim(null);
    },
  };
}
