'use client';
import { Heart, Star } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu as Menu } from 'radix-ui';
import type { KeyboardEvent } from 'react';
import { MAX_RATING, type MarkedKind } from '@/lib/contracts/choices';
import { MENU_ITEM } from '../ui/menu-content';
import { useMarkActions, useMarksOf } from './marks';

const STARS = Array.from({ length: MAX_RATING }, (_, n) => n + 1);

/** The part of a menu that makes things favourites and rates them. */
export function MenuMarks({ kind, ids }: { kind: MarkedKind; ids: readonly string[] }) {
  const t = useTranslations('marks');
  const { love, rate } = useMarkActions();
  const { allLoved, stars } = useMarksOf(kind, ids);
  return (
    <>
      <Menu.Item className={MENU_ITEM} onSelect={() => love(kind, ids, !allLoved)}>
        <Heart
          className={`size-4 shrink-0 ${allLoved ? 'fill-current text-accent' : 'text-soft'}`}
          aria-hidden="true"
        />
        {allLoved ? t('remove') : t('add')}
      </Menu.Item>
      <Menu.RadioGroup value={String(stars)} aria-label={t('rate')} onKeyDown={sideways} className="flex px-0.5">
        {STARS.map((star) => (
          <Menu.RadioItem
            key={star}
            value={String(star)}
            aria-label={t('stars', { count: star })}
            title={star === stars ? t('noRating') : t('stars', { count: star })}
            onSelect={() => rate(kind, ids, star === stars ? null : star)}
            className={`grid min-h-9 flex-1 place-items-center rounded-lg outline-none data-highlighted:bg-wash pointer-coarse:min-h-11 ${star <= stars ? 'text-accent' : 'text-soft'}`}
          >
            <Star className={`size-4 ${star <= stars ? 'fill-current' : ''}`} aria-hidden="true" />
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

/** The stars stand in a row: arrows to the side move along it. */
function sideways(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement)) return;
  const to = { ArrowRight: event.target.nextElementSibling, ArrowLeft: event.target.previousElementSibling }[event.key];
  if (!(to instanceof HTMLElement)) return;
  event.preventDefault();
  to.focus();
}
