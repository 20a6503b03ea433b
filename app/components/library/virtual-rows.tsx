'use client';
import { defaultRangeExtractor, useVirtualizer, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ROW_REM, type RowsProps } from './row-layout';

/** Rows above and below those in sight that are drawn too. */
const OVERSCAN = 8;

/** The rows in sight of a long list. */
export function VirtualRows(props: RowsProps) {
  return props.scroller === undefined ? <InWindow {...props} /> : <InScroller {...props} scroller={props.scroller} />;
}

function InWindow(props: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const options = useOptions(props, useOffset(box, null));
  const virtualizer = useWindowVirtualizer(options);
  useRangeSaid(virtualizer.range, props.onRange);
  return <Placed {...props} box={box} offset={options.scrollMargin} items={virtualizer.getVirtualItems()} />;
}

function InScroller({ scroller, ...props }: RowsProps & { scroller: RefObject<HTMLElement | null> }) {
  const box = useRef<HTMLDivElement>(null);
  const options = useOptions(props, useOffset(box, scroller));
  const virtualizer = useVirtualizer({ ...options, getScrollElement: () => scroller.current });
  useRangeSaid(virtualizer.range, props.onRange);
  return <Placed {...props} box={box} offset={options.scrollMargin} items={virtualizer.getVirtualItems()} />;
}

function useRangeSaid(range: { startIndex: number; endIndex: number } | null, onRange: RowsProps['onRange']): void {
  const { startIndex = 0, endIndex = 0 } = range ?? {};
  useEffect(() => onRange?.(startIndex, endIndex), [onRange, startIndex, endIndex]);
}

function useOptions({ count, pinned }: RowsProps, scrollMargin: number) {
  const [height] = useState(rowHeight);
  return {
    count,
    scrollMargin,
    overscan: OVERSCAN,
    estimateSize: () => height,
    rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) =>
      [...new Set([...defaultRangeExtractor(range), ...pinned.filter((row) => row >= 0 && row < count)])].sort(
        (a, b) => a - b,
      ),
  };
}

function Placed({
  count,
  children,
  box,
  offset,
  items,
}: Pick<RowsProps, 'count' | 'children'> & {
  box: RefObject<HTMLDivElement | null>;
  offset: number;
  items: readonly VirtualItem[];
}) {
  return (
    <div ref={box} role="presentation" className="relative" style={{ height: `${count * ROW_REM}rem` }}>
      {items.map(({ index, start }) =>
        children(index, { position: 'absolute', top: start - offset, left: 0, right: 0 }),
      )}
    </div>
  );
}

/** CSS px: a listener may have chosen larger letters. */
const rowHeight = () => ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** How far below the beginning of what scrolls the list begins, CSS px. */
function useOffset(box: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null> | null): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (box.current === null) return;
      const { top } = box.current.getBoundingClientRect();
      const element = scroller?.current;
      setOffset(Math.round(element ? top - element.getBoundingClientRect().top + element.scrollTop : top + scrollY));
    };
    measure();
    // What stands above the list may grow.
    const watch = new ResizeObserver(measure);
    watch.observe(scroller?.current?.firstElementChild ?? document.body);
    return () => watch.disconnect();
  }, [box, scroller]);
  return offset;
}
