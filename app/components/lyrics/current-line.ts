/** Which line of synced lyrics is sung. */
import type { LyricLine } from '@/lib/contracts/lyrics';

/** A line is shown so much before it is sung (ms): eyes need a moment, and a jump to a line may land a frame before it. */
const LEAD_MS = 120;

/**
 * The last of the lines whose time has come, -1 before the first.
 * @param lines in the order of their times
 */
export function lineAt(lines: readonly LyricLine[], positionMs: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.atMs ?? 0) <= positionMs + LEAD_MS) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** ms until another line is the one; null after the last. */
export function untilNextLine(lines: readonly LyricLine[], positionMs: number): number | null {
  const next = lines[lineAt(lines, positionMs) + 1]?.atMs;
  return next == null ? null : Math.max(0, next - LEAD_MS - positionMs);
}

/** Lines of the same time are sung at once: a text and its translation. */
export function isSungWith(lines: readonly LyricLine[], index: number, current: number): boolean {
  return current >= 0 && lines[index]?.atMs === lines[current]?.atMs;
}
