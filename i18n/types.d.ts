import type { Locale } from '@/lib/contracts/api/account';
import type messages from '../messages/en.json';

/** A key that is not in the English texts does not compile. */
declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof messages;
  }
}
