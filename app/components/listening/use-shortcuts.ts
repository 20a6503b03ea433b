'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { Player } from '@/lib/player/api';
import { useMarkActions } from '../marks/marks';
import { NEXT_REPEAT } from '../player/repeat-button';
import { useInterface } from '../shell/interface';
import { useListening } from './context';
import { ARROW_SEEK_S, focusKind, type Shortcut, shortcutOf, VOLUME_STEP } from './keyboard';

/** The field that `/` leads to, where a page has one. */
export const SEARCH_FIELD_ID = 'search-field';

/** The keys of keyboard.ts wherever nothing else has a better claim to them. */
export function useShortcuts(): void {
  const { player } = useListening();
  const { panel, setPanel, setShortcutsShown } = useInterface();
  const router = useRouter();
  const marks = useMarkActions();
  const focus = useRef<ReturnType<typeof followFocus>>(null);
  useEffect(() => {
    const following = followFocus();
    focus.current = following;
    return following.stop;
  }, []);
  useEffect(() => {
    const forPage: Partial<Record<Shortcut, () => void>> = {
      search() {
        const field = document.getElementById(SEARCH_FIELD_ID);
        if (field === null) router.push('/search');
        else field.focus();
      },
      queue: () => setPanel(panel === 'queue' ? null : 'queue'),
      help: () => setShortcutsShown(true),
    };
    /** About the track that plays. */
    const mark = (shortcut: Shortcut, key: string): (() => void) | undefined => {
      const state = player?.state();
      const id = state?.queue[state.index]?.track.id;
      if (id === undefined) return undefined;
      if (shortcut === 'favourite') return () => void marks.toggle('track', [id]);
      return shortcut === 'rate' ? () => marks.rate('track', [id], Number(key) || null) : undefined;
    };
    /** Space was taken: some browsers would press the focused button when it comes up. */
    let spaceTaken = false;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const shortcut = shortcutOf(
        {
          key: event.key,
          shift: event.shiftKey,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          repeated: event.repeat,
        },
        { kind: focusKind(event.target), byPointer: focus.current?.isByPointer() ?? false },
      );
      // Held: the first press decided whose the key is.
      if (event.key === ' ' && event.repeat && spaceTaken) event.preventDefault();
      if (shortcut === null) return;
      const act =
        forPage[shortcut] ?? mark(shortcut, event.key) ?? (player === null ? undefined : playerAct(player, shortcut));
      if (act === undefined) return;
      event.preventDefault();
      spaceTaken = event.key === ' ';
      act();
    };
    const released = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !spaceTaken) return;
      spaceTaken = false;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    addEventListener('keyup', released);
    return () => {
      removeEventListener('keydown', pressed);
      removeEventListener('keyup', released);
    };
  }, [player, router, panel, setPanel, setShortcutsShown, marks]);
}

/** What a shortcut does to the player; undefined where there is nothing to do it to. */
function playerAct(player: Player, shortcut: Shortcut): (() => void) | undefined {
  const state = player.state();
  const setVolume = (volume: number) => {
    if (state.muted) player.setMuted(false);
    player.setVolume(Math.min(1, Math.max(0, volume)));
  };
  switch (shortcut) {
    case 'mute':
      return () => player.setMuted(!state.muted);
    case 'louder':
      return () => setVolume(state.volume + VOLUME_STEP);
    case 'quieter':
      return () => setVolume(state.volume - VOLUME_STEP);
    case 'shuffle':
      return () => player.setShuffle(!state.shuffle);
    case 'repeat':
      return () => player.setRepeat(NEXT_REPEAT[state.repeat]);
  }
  if (state.index < 0) return undefined;
  switch (shortcut) {
    case 'toggle':
      return () => player.toggle();
    case 'next':
      return () => player.next();
    case 'previous':
      return () => player.previous();
    case 'forward':
      return () => player.seek(state.positionS + ARROW_SEEK_S);
    case 'back':
      return () => player.seek(Math.max(0, state.positionS - ARROW_SEEK_S));
  }
  return undefined;
}

/**
 * Whether what has the focus was given it by a click or a touch, also when a dialog gives it back after one. `:focus-visible` does not tell:
 * the next key turns it on.
 */
function followFocus(): { isByPointer(): boolean; stop(): void } {
  let lastWasPointer = false;
  let byPointer = false;
  const pointed = () => {
    lastWasPointer = true;
    byPointer = true;
  };
  const typed = () => {
    lastWasPointer = false;
  };
  const focused = () => {
    byPointer = lastWasPointer;
  };
  const listeners = [
    ['pointerdown', pointed],
    ['keydown', typed],
    ['focusin', focused],
  ] as const;
  for (const [type, listener] of listeners) addEventListener(type, listener, { capture: true });
  return {
    isByPointer: () => byPointer,
    stop() {
      for (const [type, listener] of listeners) removeEventListener(type, listener, { capture: true });
    },
  };
}
