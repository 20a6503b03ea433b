/** Which rows of a list are selected, as file managers and Spotify do it. Pure: rows are named by keys, in the order they are shown. */

export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Where a range begins; null: nothing was picked yet. */
  readonly anchor: string | null;
  /** The row that has the focus, or gets it when Tab leads into the list; null: the first. */
  readonly focus: string | null;
}

export const noSelection: Selection = { keys: new Set(), anchor: null, focus: null };

/**
 * `only`: that row and no other (a click); `toggle`: it too, or no longer (with Ctrl); `range`: from the one picked last to it (with
 * Shift); `focus`: the focus goes there and the selection stays.
 */
export type Pick = 'only' | 'toggle' | 'range' | 'focus';

export function pick(rows: readonly string[], selection: Selection, key: string, how: Pick): Selection {
  switch (how) {
    case 'only':
      return { keys: new Set([key]), anchor: key, focus: key };
    case 'focus':
      return { ...selection, focus: key };
    case 'toggle': {
      const keys = new Set(selection.keys);
      if (!keys.delete(key)) keys.add(key);
      return { keys, anchor: key, focus: key };
    }
    case 'range': {
      const anchor = selection.anchor ?? selection.focus ?? key;
      const [a, b] = [rows.indexOf(anchor), rows.indexOf(key)];
      if (a < 0 || b < 0) return pick(rows, selection, key, 'only');
      return { keys: new Set(rows.slice(Math.min(a, b), Math.max(a, b) + 1)), anchor, focus: key };
    }
  }
}

/** Rows that Page Up and Page Down pass. */
const PAGE_ROWS = 10;

/** Where a key leads from the focused row; null: the key does not move. */
export function rowFrom(rows: readonly string[], { focus }: Selection, key: string): string | null {
  const last = rows.length - 1;
  const at = focus === null ? -1 : rows.indexOf(focus);
  const places: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
    Home: 0,
    End: last,
  };
  const to = places[key];
  return to === undefined ? null : (rows[Math.max(0, Math.min(last, to))] ?? null);
}

export function selectAll(rows: readonly string[], selection: Selection): Selection {
  return { ...selection, keys: new Set(rows), anchor: rows[0] ?? null };
}

/** After rows have gone: what is left of the selection. The same object where nothing of it is gone. */
export function stillThere(rows: readonly string[], selection: Selection): Selection {
  const { keys, anchor, focus } = selection;
  if (keys.size === 0 && anchor === null && focus === null) return selection;
  const there = new Set(rows);
  const isThere = (key: string | null) => key === null || there.has(key);
  if (isThere(anchor) && isThere(focus) && [...keys].every(isThere)) return selection;
  return {
    keys: new Set([...keys].filter(isThere)),
    anchor: isThere(anchor) ? anchor : null,
    focus: isThere(focus) ? focus : null,
  };
}

/** The rows that a menu or a drag of this row is about, in order: the selection where it is one of it, else that row alone. */
export function actedOn(rows: readonly string[], { keys }: Selection, key: string): string[] {
  return keys.has(key) ? rows.filter((row) => keys.has(row)) : [key];
}
