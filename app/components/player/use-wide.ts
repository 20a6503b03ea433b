'use client';
import { useSyncExternalStore } from 'react';

/** Room for two columns: a desk, or a phone that lies on its side. */
const WIDE = '(min-width: 64rem), (min-width: 40rem) and (orientation: landscape)';

/** Only for what is drawn after the page has come alive: the server knows no width. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(WIDE).matches,
    () => false,
  );
}
