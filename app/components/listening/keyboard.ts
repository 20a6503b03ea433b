/** Which key does what, and where keys belong to whoever has the focus. */

export type Shortcut = 'toggle' | 'back' | 'forward' | 'previous' | 'next' | 'search';

export interface KeyPress {
  key: string;
  shift: boolean;
  /** Ctrl, Alt or Meta: the browser's or the system's. */
  modified: boolean;
}

/** What has the focus: `text` takes letters, `control` takes space and Enter, `arrows` takes arrow keys (slider, menu, tabs). */
export type FocusKind = 'none' | 'text' | 'control' | 'arrows';

/** Seconds that an arrow moves. */
export const ARROW_SEEK_S = 5;

export function shortcutOf(press: KeyPress, focus: FocusKind): Shortcut | null {
  if (press.modified || focus === 'text') return null;
  if (press.key === '/') return 'search';
  if (press.key === ' ') return focus === 'none' ? 'toggle' : null;
  if (focus === 'arrows') return null;
  if (press.key === 'ArrowLeft') return press.shift ? 'previous' : 'back';
  if (press.key === 'ArrowRight') return press.shift ? 'next' : 'forward';
  return null;
}

const TEXT = 'input:not([type=button]):not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select';
const ARROWS =
  '[role=slider], [role=menu], [role=listbox], [role=tablist], [role=radiogroup], [role=dialog], input[type=radio]';
const CONTROL = 'a, button, summary, input, [role=button], [tabindex="0"]';

export function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof Element)) return 'none';
  if (target.matches(TEXT) || (target instanceof HTMLElement && target.isContentEditable)) return 'text';
  if (target.closest(ARROWS) !== null) return 'arrows';
  return target.closest(CONTROL) === null ? 'none' : 'control';
}
