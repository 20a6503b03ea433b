'use client';
import { DropdownMenu as Menu } from 'radix-ui';
import { useEffect, useRef } from 'react';
import type { MenuEntry, MenuRequest } from './menu-request';

const BOX =
  'z-50 max-h-[min(28rem,var(--radix-dropdown-menu-content-available-height))] min-w-52 max-w-72 overflow-y-auto rounded-xl border border-line bg-surface p-1.5 text-sm text-ink shadow-lift';
/** The look of an entry. */
export const MENU_ITEM =
  'flex min-h-9 items-center gap-3 rounded-lg px-2.5 outline-none select-none data-highlighted:bg-wash pointer-coarse:min-h-11';

/** Menus open inside the page's main landmark, so that a screen reader knows where it is. */
const landmark = () => document.getElementById('main');

/** An open menu. */
export function MenuContent({ request, onClose }: { request: MenuRequest; onClose: () => void }) {
  const { at, align, label, entries, from } = request;
  const pressedOutside = useRef(false);
  useEffect(() => {
    // What it belongs to scrolls away from below it.
    const scrolled = ({ target }: Event) => {
      if (!(target instanceof Element && target.closest('[role=menu]') !== null)) onClose();
    };
    const options = { capture: true, passive: true };
    addEventListener('wheel', scrolled, options);
    addEventListener('touchmove', scrolled, options);
    return () => {
      removeEventListener('wheel', scrolled, options);
      removeEventListener('touchmove', scrolled, options);
    };
  }, [onClose]);
  return (
    <Menu.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Menu.Trigger asChild>
        <button
          type="button"
          aria-hidden="true"
          tabIndex={-1}
          className="pointer-events-none fixed"
          style={{ left: at.x, top: at.y, width: at.width, height: at.height }}
        />
      </Menu.Trigger>
      <Menu.Portal container={landmark()}>
        <Menu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          aria-labelledby={undefined}
          aria-label={label}
          onInteractOutside={() => {
            pressedOutside.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!pressedOutside.current && from?.isConnected) from.focus({ preventScroll: true });
          }}
          onContextMenu={(event) => event.preventDefault()}
          className={BOX}
        >
          <Entries entries={entries} />
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

export function Entries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry, n) => <Entry key={keyOf(entry, n)} entry={entry} />);
}

function keyOf(entry: MenuEntry, n: number): string {
  if (entry === 'separator') return `line ${n}`;
  return 'draw' in entry ? `part ${n}` : entry.label;
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === 'separator') return <Menu.Separator className="my-1.5 h-px bg-line" />;
  if ('draw' in entry) return entry.draw();
  const { icon: Icon, label } = entry;
  const inside = (
    <>
      <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
      {label}
    </>
  );
  if ('href' in entry) {
    return (
      <Menu.Item className={MENU_ITEM} asChild>
        <a href={entry.href} download>
          {inside}
        </a>
      </Menu.Item>
    );
  }
  return (
    <Menu.Item className={MENU_ITEM} onSelect={entry.onSelect}>
      {inside}
    </Menu.Item>
  );
}
