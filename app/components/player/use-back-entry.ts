'use client';
import { useEffect, useRef } from 'react';

/** In the state of the entry, which Next keeps beside its own. */
const MARK = 'enxameNowPlaying';
const isMarked = () => (history.state as Record<string, unknown> | null)?.[MARK] === true;

/**
 * While the caller is on the page, the browser's back button closes it instead of leaving the page: an entry of the history at the same address.
 * @returns what to call when it closes otherwise, which takes the entry away again; not before going to another page, which replaces the entry
 */
export function useBackEntry(onBack: () => void): () => void {
  const back = useRef(onBack);
  back.current = onBack;
  const taken = useRef(false);
  useEffect(() => {
    // Marked already: the page was reloaded with it.
    if (!isMarked()) history.pushState({ [MARK]: true }, '');
    const heard = () => {
      if (!isMarked()) back.current();
    };
    addEventListener('popstate', heard);
    return () => removeEventListener('popstate', heard);
  }, []);
  return () => {
    if (taken.current || !isMarked()) return;
    taken.current = true;
    history.back();
  };
}
