'use client';
import { useEffect, useLayoutEffect } from 'react';

/** Where each list was scrolled to when it was left, by address; of as many as the browser goes back through in a sitting. */
const places = new Map<string, number>();
const MAX_PLACES = 100;

/** The address that Back or Forward led to; null once the page was led to another way. */
let returnedTo: string | null = null;
if (typeof window !== 'undefined') {
  addEventListener('popstate', () => {
    returnedTo = location.href;
  });
}

/**
 * Back leads to the place in a list that one left it at. The browser alone cannot: it scrolls before the list is as long as it was.
 * @param ready the list is as long as it will be
 */
export function useScrollPlace(ready: boolean): void {
  useLayoutEffect(() => {
    if (!ready || returnedTo !== location.href) return;
    returnedTo = null;
    const place = places.get(location.href);
    if (place === undefined) return;
    scrollTo(0, place);
    // Next's router may scroll after the page is drawn.
    const again = requestAnimationFrame(() => scrollTo(0, place));
    return () => cancelAnimationFrame(again);
  }, [ready]);
  useEffect(() => {
    const address = () => location.href;
    let here = address();
    const note = () => {
      // A page that is being left scrolls to its beginning under the next one's address.
      if (address() !== here && location.pathname !== new URL(here).pathname) return;
      here = address();
      places.delete(here);
      places.set(here, scrollY);
      const [oldest] = places.keys();
      if (places.size > MAX_PLACES && oldest !== undefined) places.delete(oldest);
    };
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, []);
}
