'use client';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { Toaster, toast } from 'sonner';
import { buttonClass } from './button';
import { toastsAreDrawn } from './toast';

/** Long enough to read a sentence and to find its button. */
const SHOWN_MS = 6_000;

/** Where `toast` of sonner shows what was done and what failed: above the player, in the page's own look. */
export function Notices() {
  const t = useTranslations('common');
  // After the effect of what it draws, which by then listens for them.
  useEffect(() => toastsAreDrawn(toast), []);
  const offset = { bottom: 'var(--notices-bottom)' };
  return (
    <Toaster
      position="bottom-center"
      offset={offset}
      mobileOffset={{ ...offset, left: '0.75rem', right: '0.75rem' }}
      containerAriaLabel={t('notices')}
      // sonner's own style names another font and its own colours.
      style={{ fontFamily: 'inherit' }}
      duration={SHOWN_MS}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'pointer-events-auto flex w-full items-center gap-3 rounded-xl border border-line bg-surface py-2 pr-2 pl-4 text-sm text-ink shadow-lift sm:w-(--width)',
          error: 'border-danger/50',
          content: 'min-w-0 flex-1 py-1.5',
          icon: 'shrink-0',
          actionButton: `${buttonClass('plain')} shrink-0`,
        },
      }}
    />
  );
}
