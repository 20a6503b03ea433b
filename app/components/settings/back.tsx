import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

/** From a page of the settings to all of them. */
export function BackToSettings() {
  const nav = useTranslations('nav');
  return (
    <Link
      href="/settings"
      className="mb-2 -ml-1 inline-flex min-h-10 items-center gap-1 rounded-lg pr-2 text-sm font-medium text-soft hover:text-ink"
    >
      <ChevronLeft className="size-4" aria-hidden="true" />
      {nav('settings')}
    </Link>
  );
}
