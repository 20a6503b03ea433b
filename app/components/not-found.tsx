import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { buttonClass } from './ui/button';
import { Empty } from './ui/states';

/** Says that there is nothing at this address. */
export async function NothingHere() {
  const t = await getTranslations('notFound');
  return (
    <Empty
      title={t('title')}
      heading="h1"
      action={
        <Link href="/" className={buttonClass('honey')}>
          {t('home')}
        </Link>
      }
    >
      {t('text')}
    </Empty>
  );
}
