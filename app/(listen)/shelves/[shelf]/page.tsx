import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { ContinuePage, HeardShelfPage } from '../../../components/library/shelf-page';
import { titledNotFound } from '../../../components/page-names.server';

const NAMES = {
  continue: 'begun',
  'most-played': 'mostPlayed',
  rediscover: 'rediscover',
  'on-this-day': 'onThisDay',
} as const;
type Shelf = keyof typeof NAMES;
type Params = { params: Promise<{ shelf: string }> };

const isShelf = (name: string): name is Shelf => Object.hasOwn(NAMES, name);

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { shelf } = await params;
  if (!isShelf(shelf)) return titledNotFound();
  const t = await getTranslations('home');
  return { title: t(NAMES[shelf]) };
}

export default async function Page({ params }: Params) {
  const { shelf } = await params;
  if (!isShelf(shelf)) notFound();
  return shelf === 'continue' ? <ContinuePage /> : <HeardShelfPage shelf={shelf} />;
}
