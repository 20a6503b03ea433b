'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button';

/** A question in the middle of the page; the rest of the page waits. */
export function Modal({
  open,
  onClose,
  title,
  description,
  wide = false,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  /** For much: as wide and high as a page. */
  wide?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('common');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/55" />
        <Dialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={(event) => {
            const field = event.currentTarget instanceof Element ? event.currentTarget.querySelector('input') : null;
            if (field === null) return;
            // Into the first field, and not onto the button that closes.
            event.preventDefault();
            field.focus();
          }}
          // A notice is beside the question, and its button answers to another.
          onInteractOutside={(event) => {
            const { target } = event.detail.originalEvent;
            if (target instanceof Element && target.closest('[data-sonner-toaster]') !== null) event.preventDefault();
          }}
          className={`fixed z-50 mx-auto ${wide ? 'inset-x-2 top-[3dvh] max-h-[94dvh] max-w-3xl' : 'inset-x-4 top-[15dvh] max-h-[75dvh] max-w-md'} animate-rise overflow-y-auto rounded-2xl border border-line bg-surface p-6 shadow-lift`}
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
              {description !== undefined && (
                <Dialog.Description className="mt-1 text-sm text-soft">{description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close asChild>
              <IconButton label={t('close')} className="-mt-1.5 -mr-2">
                <X className="size-5" aria-hidden="true" />
              </IconButton>
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
