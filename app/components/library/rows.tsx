'use client';
import type { CSSProperties } from 'react';
import { later } from '../later';
import { ROW_REM, type RowsProps } from './row-layout';

/** Longer lists draw only what is in sight. Shorter ones are drawn whole, and the browser's own search finds what is in them. */
const DRAWN_WHOLE = 100;
/** Stand in until what draws long lists is loaded. */
const FIRST_ROWS = 30;

const VirtualRows = later(() => import('./virtual-rows').then((module) => module.VirtualRows), FirstRows);

/** The rows of a list, of thousands only those in sight. */
export function Rows(props: RowsProps) {
  const { count, children } = props;
  if (count <= DRAWN_WHOLE) return range(count).map((index) => children(index, undefined));
  return <VirtualRows {...props} />;
}

function FirstRows({ count, children }: RowsProps) {
  return (
    <div role="presentation" style={{ height: `${count * ROW_REM}rem` }}>
      {range(FIRST_ROWS).map((index) => children(index, undefined))}
    </div>
  );
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** In the place of a row that is on its way: as high, and with the focus where the keyboard has led to it. */
export function RowOnItsWay({
  rowKey,
  index,
  tabIndex,
  style,
}: {
  rowKey: string;
  index: number;
  tabIndex: 0 | -1;
  style: CSSProperties | undefined;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as every row of a grid (track-grid.tsx)
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-busy="true"
      data-row={rowKey}
      tabIndex={tabIndex}
      style={style}
      className="flex h-14 items-center gap-3 rounded-lg px-2 md:px-3"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its row is focused */}
      <div role="gridcell" className="flex flex-1 items-center gap-3">
        <div className="size-10 shrink-0 rounded-md bg-line/70" />
        <div className="grid flex-1 gap-2">
          <div className="h-3 w-2/5 rounded bg-line/70" />
          <div className="h-2.5 w-1/4 rounded bg-line/70" />
        </div>
      </div>
    </div>
  );
}
