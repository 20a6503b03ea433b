/** Which key does what, and where keys belong to whoever has the focus. */

/** Every shortcut with its keys, in the order of the help sheet. Letters are lower case; `shift` counts for letters and arrows alone. */
export const SHORTCUTS = [
  { shortcut: 'toggle', keys: [{ key: ' ' }] },
  { shortcut: 'next', keys: [{ key: 'n' }, { key: 'ArrowRight', shift: true }] },
  { shortcut: 'previous', keys: [{ key: 'p' }, { key: 'ArrowLeft', shift: true }] },
  { shortcut: 'forward', keys: [{ key: 'ArrowRight' }] },
  { shortcut: 'back', keys: [{ key: 'ArrowLeft' }] },
  { shortcut: 'louder', keys: [{ key: '+' }, { key: 'ArrowUp', shift: true }] },
  { shortcut: 'quieter', keys: [{ key: '-' }, { key: 'ArrowDown', shift: true }] },
  { shortcut: 'mute', keys: [{ key: 'm' }] },
  { shortcut: 'shuffle', keys: [{ key: 's' }] },
  { shortcut: 'repeat', keys: [{ key: 'r' }] },
  { shortcut: 'queue', keys: [{ key: 'q' }] },
  { shortcut: 'favourite', keys: [{ key: 'l' }] },
  { shortcut: 'rate', keys: ['0', '1', '2', '3', '4', '5'].map((key) => ({ key })) },
  { shortcut: 'search', keys: [{ key: '/' }] },
  { shortcut: 'help', keys: [{ key: '?' }] },
] as const satisfies readonly { shortcut: string; keys: readonly Key[] }[];

export interface Key {
  key: string;
  shift?: boolean;
}
export type Shortcut = (typeof SHORTCUTS)[number]['shortcut'];

/** Seconds that an arrow moves. */
export const ARROW_SEEK_S = 5;
/** Part of the whole range by which a key changes the volume: as the volume slider's own arrows. */
export const VOLUME_STEP = 0.05;

export interface KeyPress {
  key: string;
  shift: boolean;
  /** Ctrl, Alt or Meta: the browser's or the system's. */
  modified: boolean;
  /** The key is held down. */
  repeated: boolean;
}

/**
 * What has the focus. `text` takes every key; `control` takes space and Enter; `slider` takes arrows; `menu` (menus, lists, tabs, radio
 * buttons) takes all of these, and letters. In a `dialog` only play and pause is meant for the page behind it.
 */
export type FocusKind = 'none' | 'text' | 'control' | 'slider' | 'menu' | 'dialog';

export interface Focus {
  kind: FocusKind;
  /** A click or a touch put it there: that was the whole of it, and Space does not press the same button again. */
  byPointer: boolean;
}

/** `+` without Shift, on the keyboards where it is above `=`. */
const ALIASES: Record<string, string> = { '=': '+' };
/** What holding a key repeats. */
const REPEATED: ReadonlySet<Shortcut> = new Set(['forward', 'back', 'louder', 'quieter']);

export function shortcutOf(press: KeyPress, focus: Focus): Shortcut | null {
  if (press.modified || focus.kind === 'text') return null;
  const shortcut = shortcutOfKey(press);
  if (shortcut === null || (press.repeated && !REPEATED.has(shortcut))) return null;
  if (shortcut === 'toggle')
    return focus.byPointer || focus.kind === 'none' || focus.kind === 'slider' ? 'toggle' : null;
  if (focus.kind === 'menu' || focus.kind === 'dialog') return null;
  return focus.kind === 'slider' && press.key.startsWith('Arrow') ? null : shortcut;
}

function shortcutOfKey({ key, shift }: KeyPress): Shortcut | null {
  const lower = key.length === 1 ? key.toLowerCase() : key;
  const wanted = ALIASES[lower] ?? lower;
  // Where a sign stands, and whether it needs Shift, differs from keyboard to keyboard.
  const shiftCounts = key.startsWith('Arrow') || /^\p{L}$/u.test(key);
  const matches = (one: Key) => one.key === wanted && (!shiftCounts || (one.shift ?? false) === shift);
  return SHORTCUTS.find(({ keys }) => keys.some(matches))?.shortcut ?? null;
}

const TEXT = 'input:not([type=button]):not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select';
const MENU = '[role=menu], [role=listbox], [role=tablist], [role=radiogroup], input[type=radio]';
const CONTROL = 'a, button, summary, input, [role=button], [tabindex="0"]';
/** A dialog that is the player itself takes shortcuts as the page does. */
export const PLAYER_DIALOG = 'data-player-dialog';

export function focusKind(target: EventTarget | null): FocusKind {
  if (!(target instanceof Element)) return 'none';
  if (target.matches(TEXT) || (target instanceof HTMLElement && target.isContentEditable)) return 'text';
  if (target.closest(MENU) !== null) return 'menu';
  if (target.closest(`[role=dialog]:not([${PLAYER_DIALOG}])`) !== null) return 'dialog';
  if (target.closest('[role=slider]') !== null) return 'slider';
  return target.closest(CONTROL) === null ? 'none' : 'control';
}
