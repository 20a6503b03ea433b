import type messages from '../messages/en.json';
import type { Locale } from './locales';

/** A key that is not in the English texts does not compile. */
declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof messages;
  }
}
