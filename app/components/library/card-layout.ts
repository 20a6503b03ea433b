import type { ReactNode } from 'react';

/** Columns of cards. */
export const GRID = 'grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 lg:grid-cols-4 2xl:grid-cols-6';

export interface CardsProps {
  count: number;
  label: string;
  card: (index: number) => ReactNode;
  /** Which of them are in sight. */
  onRange?: ((first: number, last: number) => void) | undefined;
}
