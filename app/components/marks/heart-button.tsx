'use client';
import { Heart } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { MarkedKind } from '@/lib/contracts/choices';
import { IconButton } from '../ui/button';
import { isLoved } from './mark-store';
import { useMarkActions, useMarkBits } from './marks';

/**
 * Makes something a favourite, or no longer.
 * @param quiet seen only where it is one, or while the pointer or the focus is on the row (`group`) around it
 */
export function HeartButton({
  kind,
  id,
  name,
  quiet = false,
  tabIndex,
  className = '',
}: {
  kind: MarkedKind;
  id: string;
  name: string;
  quiet?: boolean;
  tabIndex?: 0 | -1;
  className?: string;
}) {
  const t = useTranslations('marks');
  const { love } = useMarkActions();
  const loved = isLoved(useMarkBits(kind, id));
  const hidden =
    'opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 [@media(hover:none)]:hidden focus-visible:opacity-100';
  return (
    <IconButton
      label={loved ? t('unlove', { name }) : t('love', { name })}
      lit={loved}
      tabIndex={tabIndex}
      className={`${quiet && !loved ? hidden : ''} ${className}`}
      onClick={() => love(kind, [id], !loved)}
    >
      <Heart className={`size-[1.15rem] ${loved ? 'fill-current' : ''}`} aria-hidden="true" />
    </IconButton>
  );
}
