'use client';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CardsProps } from './card-layout';

/** As the grid of cards that is drawn whole (cards.tsx), CSS px. */
const GAP_X = 16;
const GAP_Y = 24;
/** The narrowest card, rem, and the columns that a phone has all the same. */
const CARD_REM = 11;
const FEWEST_COLUMNS = 2;
/** Title and note below the picture, with their margin, rem. */
const TEXT_REM = 0.625 + 1.25 + 1;
/** Rows of cards above and below those in sight that are drawn too. */
const OVERSCAN = 2;

/** A long list of cards, of which only those in sight are drawn. */
export function VirtualCards({ count, label, card, onRange }: CardsProps) {
  const box = useRef<HTMLUListElement>(null);
  const { width, top, rem } = usePlace(box);
  const [focused, setFocused] = useState(-1);
  const columns = Math.max(FEWEST_COLUMNS, Math.floor((width + GAP_X) / (CARD_REM * rem + GAP_X)));
  const cardWidth = (width - GAP_X * (columns - 1)) / columns;
  const rowHeight = Math.round(cardWidth + TEXT_REM * rem + GAP_Y);
  const rows = Math.ceil(count / columns);
  const focusedRow = focused < 0 ? -1 : Math.floor(focused / columns);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    scrollMargin: top,
    overscan: OVERSCAN,
    estimateSize: () => rowHeight,
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...(focusedRow < 0 ? [] : [focusedRow])])].sort((a, b) => a - b),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the size of a card has changed
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  const drawn = width === 0 ? [] : virtualizer.getVirtualItems();
  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {};
  const [first, last] = [startIndex * columns, Math.min(count, (endIndex + 1) * columns) - 1];
  useEffect(() => onRange?.(first, last), [onRange, first, last]);
  return (
    <ul
      ref={box}
      aria-label={label}
      className="relative"
      style={{ height: Math.max(0, rows * rowHeight - GAP_Y) }}
      onBlur={() => setFocused(-1)}
    >
      {drawn.flatMap(({ index: row, start }) =>
        range(columns).flatMap((column): ReactNode[] => {
          const index = row * columns + column;
          if (index >= count) return [];
          const left = column * (cardWidth + GAP_X);
          return [
            <li
              key={index}
              aria-posinset={index + 1}
              aria-setsize={count}
              onFocus={() => setFocused(index)}
              style={{ position: 'absolute', top: start - top, left, width: cardWidth }}
            >
              {card(index)}
            </li>,
          ];
        }),
      )}
    </ul>
  );
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** How wide the list is, and how far below the beginning of the page; how large a letter is. CSS px. */
function usePlace(box: RefObject<HTMLElement | null>): { width: number; top: number; rem: number } {
  const [place, setPlace] = useState({ width: 0, top: 0, rem: 16 });
  useLayoutEffect(() => {
    const measure = () => {
      if (box.current === null) return;
      const { top, width } = box.current.getBoundingClientRect();
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const now = { width, top: Math.round(top + scrollY), rem };
      setPlace((was) => (was.width === now.width && was.top === now.top && was.rem === now.rem ? was : now));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    if (box.current !== null) watch.observe(box.current);
    return () => watch.disconnect();
  }, [box]);
  return place;
}
