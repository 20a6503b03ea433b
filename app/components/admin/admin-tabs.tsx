'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';

const PAGES = [
  { href: '/admin', key: 'overview' },
  { href: '/admin/library', key: 'library' },
  { href: '/admin/tags', key: 'tags' },
  { href: '/admin/people', key: 'people' },
  { href: '/admin/services', key: 'services' },
] as const;

export function AdminTabs() {
  const t = useTranslations('admin');
  const path = usePathname();
  return (
    <nav aria-label={t('pages')} className="-mx-1 mb-7 flex gap-1 overflow-x-auto border-b pb-2 [scrollbar-width:none]">
      {PAGES.map(({ href, key }) => (
        <Link
          key={key}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className="rounded-lg px-3 py-2 text-sm font-medium whitespace-nowrap text-soft hover:bg-wash hover:text-ink aria-[current]:bg-wash aria-[current]:font-semibold aria-[current]:text-ink"
        >
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
