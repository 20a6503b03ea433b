'use client';
/** Moving the rows of a list: by dragging a handle with mouse, pen or finger, or with the arrow keys while it has the focus. */
import { GripVertical } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';

export interface Reorder {
  /** The row that is being dragged. */
  dragged: string | null;
  /** The row before which it would land; null: behind the last. */
  before: string | null;
  handle(key: string): {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(): void;
    onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  };
}

/**
 * @param keys of the rows, in order; each row's element carries its own as `data-row`
 * @param onMove the row `key` to before `before`; null: to the end
 */
export function useReorder(keys: readonly string[], onMove: (key: string, before: string | null) => void): Reorder {
  const [drag, setDrag] = useState<{ key: string; before: string | null } | null>(null);

  const move = (key: string, before: string | null) => {
    const at = keys.indexOf(key);
    if (before !== key && before !== (keys[at + 1] ?? null)) onMove(key, before);
  };
  return {
    dragged: drag?.key ?? null,
    before: drag?.before ?? null,
    handle: (key) => ({
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ key, before: key });
      },
      onPointerMove(event) {
        if (drag?.key !== key) return;
        const before = rowBelow(event.clientY, event.currentTarget);
        if (before !== drag.before) setDrag({ key, before });
      },
      onPointerUp() {
        if (drag?.key !== key) return;
        setDrag(null);
        move(key, drag.before);
      },
      onPointerCancel: () => setDrag(null),
      onKeyDown(event) {
        const at = keys.indexOf(key);
        if (event.key === 'Escape') setDrag(null);
        if (event.key === 'ArrowUp' && at > 0) move(key, keys[at - 1] ?? null);
        else if (event.key === 'ArrowDown' && at < keys.length - 1) move(key, keys[at + 2] ?? null);
        else return;
        event.preventDefault();
      },
    }),
  };
}

/** The first row of the list whose middle lies below `y`; null: none does. */
function rowBelow(y: number, within: Element): string | null {
  for (const row of within.closest('ol')?.querySelectorAll<HTMLElement>('[data-row]') ?? []) {
    const { top, height } = row.getBoundingClientRect();
    if (y < top + height / 2) return row.dataset.row ?? null;
  }
  return null;
}

export function ReorderHandle({ label, ...events }: { label: string } & ReturnType<Reorder['handle']>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...events}
      className="-ml-1.5 grid h-10 w-6 shrink-0 cursor-grab touch-none place-items-center rounded-md text-soft/70 hover:text-ink active:cursor-grabbing"
    >
      <GripVertical className="size-4" aria-hidden="true" />
    </button>
  );
}
