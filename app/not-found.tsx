import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { buttonClass } from './components/ui/button';
import { Empty } from './components/ui/states';

export default async function NotFound() {
  const t = await getTranslations('notFound');
  return (
    <main className="grid min-h-dvh place-items-center">
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
    </main>
  );
}
