'use client';
import { Star } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { MAX_RATING, type MarkedKind } from '@/lib/contracts/choices';
import { starsOf } from './mark-store';
import { useMarkActions, useMarkBits } from './marks';

const STARS = Array.from({ length: MAX_RATING }, (_, n) => n + 1);

/** Rates something with 1 to 5 stars; the star that it has takes them away. Arrows choose, as of all radio buttons. */
export function Stars({ kind, id, name }: { kind: MarkedKind; id: string; name: string }) {
  const t = useTranslations('marks');
  const { rate } = useMarkActions();
  const stars = starsOf(useMarkBits(kind, id));
  return (
    <RadioGroup.Root
      aria-label={t('rating', { name })}
      value={stars === 0 ? '' : String(stars)}
      onValueChange={(value) => rate(kind, [id], Number(value))}
      className="flex"
    >
      {STARS.map((star) => (
        <RadioGroup.Item
          key={star}
          value={String(star)}
          aria-label={t('stars', { count: star })}
          title={star === stars ? t('noRating') : t('stars', { count: star })}
          onClick={() => {
            if (star === stars) rate(kind, [id], null);
          }}
          className={`grid h-10 w-8 place-items-center rounded-lg transition-colors hover:text-accent ${star <= stars ? 'text-accent' : 'text-soft'}`}
        >
          <Star className={`size-[1.15rem] ${star <= stars ? 'fill-current' : ''}`} aria-hidden="true" />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
