'use client';
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
