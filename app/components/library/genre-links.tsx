'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Genre } from '@/lib/contracts/catalog';

/** Leads to the pages of what something is of. */
export function GenreLinks({ genres }: { genres: readonly Genre[] }) {
  const t = useTranslations('genres');
  if (genres.length === 0) return null;
  return (
    <ul aria-label={t('title')} className="mt-4 flex flex-wrap gap-2">
      {genres.map(({ id, name }) => (
        <li key={id}>
          <Link
            href={`/genres/${id}`}
            className="inline-flex min-h-8 items-center rounded-full border border-line-strong/40 px-3 text-xs font-medium text-soft hover:text-ink"
          >
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
