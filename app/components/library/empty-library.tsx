'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMe } from '../queries';
import { buttonClass } from '../ui/button';
import { Empty } from '../ui/states';

/** No music yet: an administrator is led to where it is added. */
export function EmptyLibrary() {
  const t = useTranslations('home');
  const isAdmin = useMe().data?.account?.role === 'admin';
  return (
    <Empty
      title={t('empty')}
      action={
        isAdmin && (
          <Link href="/admin/library" className={buttonClass('honey')}>
            {t('addMusic')}
          </Link>
        )
      }
    >
      {isAdmin ? t('emptyAdmin') : t('emptyListener')}
    </Empty>
  );
}
