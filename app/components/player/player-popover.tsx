'use client';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';

/** What a button of the player opens above it. @param trigger the button @param className its width and padding */
export function PlayerPopover({
  label,
  trigger,
  className,
  open,
  onOpenChange,
  children,
}: {
  label: string;
  trigger: ReactNode;
  className: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Popover.Root {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className={`z-50 max-h-(--radix-popover-content-available-height) overflow-y-auto rounded-xl border border-line bg-surface text-sm text-ink shadow-lift ${className}`}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
