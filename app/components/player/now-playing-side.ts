/** What the open player shows in the place of the cover, or beside it on a wide screen; remembered by this browser. */

const KEY = 'enxame.now-playing';
export const SIDES = ['cover', 'lyrics', 'queue'] as const;
export type Side = (typeof SIDES)[number];

/** `cover` where nothing was chosen, or nothing can be remembered. */
export function readSide(): Side {
  try {
    const kept = localStorage.getItem(KEY);
    return SIDES.find((side) => side === kept) ?? 'cover';
  } catch {
    return 'cover';
  }
}

export function keepSide(side: Side): void {
  try {
    localStorage.setItem(KEY, side);
  } catch {
    // Storage may be forbidden altogether (private windows, policies).
  }
}
