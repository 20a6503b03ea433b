import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import type messages from '@/messages/en.json';

/** For `generateMetadata` of a page that is called what the navigation calls it. */
export const titled = (key: keyof typeof messages.nav) => async (): Promise<Metadata> => {
  const t = await getTranslations('nav');
  return { title: t(key) };
};
