'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useListening } from './context';
import { ARROW_SEEK_S, focusKind, shortcutOf } from './keyboard';

/** The field that `/` leads to, where a page has one. */
export const SEARCH_FIELD_ID = 'search-field';

/** Space, arrows and `/` wherever nothing else has a better claim to them. */
export function useShortcuts(): void {
  const { player } = useListening();
  const router = useRouter();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const shortcut = shortcutOf(
        { key: event.key, shift: event.shiftKey, modified: event.ctrlKey || event.altKey || event.metaKey },
        focusKind(event.target),
      );
      if (shortcut === null) return;
      if (shortcut === 'search') {
        event.preventDefault();
        const field = document.getElementById(SEARCH_FIELD_ID);
        if (field === null) router.push('/search');
        else field.focus();
        return;
      }
      if (player === null || player.state().index < 0) return;
      event.preventDefault();
      const { positionS } = player.state();
      if (shortcut === 'toggle') player.toggle();
      else if (shortcut === 'next') player.next();
      else if (shortcut === 'previous') player.previous();
      else player.seek(Math.max(0, positionS + (shortcut === 'forward' ? ARROW_SEEK_S : -ARROW_SEEK_S)));
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [player, router]);
}
