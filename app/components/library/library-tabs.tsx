'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { LIBRARY } from './ways';

/** Leads from one way through the library to another; on a phone they scroll sideways. */
export function LibraryTabs() {
  const t = useTranslations('nav');
  const path = usePathname();
  return (
    <nav aria-label={t('library')} className="-mx-4 mb-5 overflow-x-auto px-4 [scrollbar-width:none] md:mx-0 md:px-0">
      <ul className="flex w-max gap-2">
        {LIBRARY.map((key) => (
          <li key={key}>
            <Link
              href={`/${key}`}
              aria-current={path === `/${key}` ? 'page' : undefined}
              className="inline-flex min-h-9 items-center rounded-full border border-line-strong/40 px-4 text-sm font-medium text-soft hover:text-ink aria-[current]:border-transparent aria-[current]:bg-ink aria-[current]:font-semibold aria-[current]:text-paper"
            >
              {t(key)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
