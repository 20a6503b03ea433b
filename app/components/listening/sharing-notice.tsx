'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useMe } from '../queries';
import { useInterface } from '../shell/interface';
import { Button } from '../ui/button';
import { Mark } from '../ui/hexagon';
import { useListening } from './context';
import { keepNoticeSeen, noticeSeen } from './sharing-mode';

/** Once, before anything can have been shared: what listening shares, with whom, and the switch. */
export function SharingNotice() {
  const t = useTranslations('notice');
  const { setMode } = useListening();
  const { panel } = useInterface();
  const signedIn = useMe().data?.account != null;
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(signedIn && !noticeSeen()), [signedIn]);
  if (!open) return null;
  const answer = (off: boolean) => {
    keepNoticeSeen();
    if (off) setMode('off');
    setOpen(false);
  };
  return (
    <section
      aria-labelledby="sharing-notice"
      className={`hive fixed inset-x-3 bottom-[calc(var(--tabs-height)+var(--player-height)+env(safe-area-inset-bottom)+0.75rem)] z-30 animate-rise rounded-2xl border shadow-lift md:right-6 md:bottom-[calc(var(--player-height)+1.25rem)] md:left-66 ${panel === null ? '' : 'xl:right-102'}`}
    >
      <div className="flex flex-col gap-4 p-4 lg:flex-row lg:items-center lg:gap-6 lg:p-5">
        <Mark className="hidden size-14 shrink-0 sm:block" />
        <div className="min-w-0 flex-1">
          <h2 id="sharing-notice" className="font-semibold">
            {t('title')}
          </h2>
          <p className="mt-1 max-w-[70ch] text-sm text-soft">{t('body')}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button look="honey" onClick={() => answer(false)}>
            {t('agree')}
          </Button>
          <Button look="quiet" onClick={() => answer(true)}>
            {t('off')}
          </Button>
        </div>
      </div>
    </section>
  );
}
