'use client';
import { useEffect, useState } from 'react';
import type { LyricLine } from '@/lib/contracts/lyrics';
import { useListening } from '../listening/context';
import { lineAt, untilNextLine } from './current-line';

/** The player tells its position so often (ms): a line that begins before the next telling is waited for. */
const TOLD_EVERY_MS = 250;

/** Index of the line that is sung now, -1 before the first. Renders only when it changes. */
export function useCurrentLine(lines: readonly LyricLine[]): number {
  const { player } = useListening();
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    if (player === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      const { positionS, status } = player.state();
      const positionMs = positionS * 1000;
      setCurrent(lineAt(lines, positionMs));
      const wait = untilNextLine(lines, positionMs);
      if (status !== 'playing' || wait === null || wait > TOLD_EVERY_MS) return;
      timer = setTimeout(() => setCurrent(lineAt(lines, positionMs + wait)), wait);
    };
    look();
    const unsubscribe = player.subscribe(look);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [player, lines]);
  return current;
}
