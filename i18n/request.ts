import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, LOCALE_COOKIE } from './locales';

/** What next-intl asks once a request: language and texts. */
export default getRequestConfig(async () => {
  const locale = chooseLocale((await cookies()).get(LOCALE_COOKIE)?.value, (await headers()).get('accept-language'));
  const messages = locale === 'pt-BR' ? await import('../messages/pt-BR.json') : await import('../messages/en.json');
  return { locale, messages: messages.default };
});
