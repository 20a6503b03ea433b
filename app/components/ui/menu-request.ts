import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export type MenuEntry =
  | { icon: LucideIcon; label: string; onSelect: () => void }
  /** Downloads. */
  | { icon: LucideIcon; label: string; href: string }
  /** Draws its items itself, such as those that change while the menu is open. */
  | { draw: () => ReactNode }
  | 'separator';

export interface MenuRequest {
  /** What the menu is called. */
  label: string;
  entries: readonly MenuEntry[];
  /** Beside what it opens, in the window: the pointer, or what was pressed. */
  at: { x: number; y: number; width: number; height: number };
  /** Which edges are in line. */
  align: 'start' | 'end';
  /** Has the focus again when the menu closes. */
  from: HTMLElement | null;
}

/** Where the menu of a press stands: below the button, or where the pointer is. */
export function menuPlace(
  button: HTMLElement,
  pointer?: { clientX: number; clientY: number },
): Pick<MenuRequest, 'at' | 'align' | 'from'> {
  if (pointer !== undefined)
    return { at: { x: pointer.clientX, y: pointer.clientY, width: 0, height: 0 }, align: 'start', from: button };
  const { x, y, width, height } = button.getBoundingClientRect();
  return { at: { x, y, width, height }, align: 'end', from: button };
}
