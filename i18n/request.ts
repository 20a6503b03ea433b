import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { readMe } from '../app/components/me.server';
import { chooseLocale, LOCALE_COOKIE } from './locales';

/** What next-intl asks once a request: language and texts. */
export default getRequestConfig(async () => {
  const ofAccount = (await readMe())?.account?.locale ?? null;
  const cookie = (await cookies()).get(LOCALE_COOKIE)?.value;
  const locale = chooseLocale(ofAccount, cookie, (await headers()).get('accept-language'));
  const messages = locale === 'pt-BR' ? await import('../messages/pt-BR.json') : await import('../messages/en.json');
  return { locale, messages: messages.default };
});
