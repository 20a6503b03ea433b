import type { CSSProperties, ReactNode, RefObject } from 'react';

/** Of each row of a list, rem: fixed, so that where a row stands needs no measuring. */
export const ROW_REM = 3.5;

export interface RowsProps {
  count: number;
  /** Scrolls the list; absent: the window does. */
  scroller?: RefObject<HTMLElement | null> | undefined;
  /** Rows that stay drawn wherever the list is scrolled to: those that have the focus or are dragged. */
  pinned: readonly number[];
  /** Which rows are in sight, of a list that is not drawn whole. */
  onRange?: ((first: number, last: number) => void) | undefined;
  /** @param style where the row stands */
  children: (index: number, style: CSSProperties | undefined) => ReactNode;
}
