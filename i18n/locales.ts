/**
 * How one of the interface's languages is chosen. No locale stands in an address: the choice is the account's, and where nobody is signed in a
 * cookie's.
 */
import { type Locale, LOCALES as locales } from '@/lib/contracts/choices';

export { locales };
export const LOCALE_COOKIE = 'enxame.locale';

/** Longest `Accept-Language` that is looked at; browsers send a tenth of it. */
const MAX_HEADER_CHARS = 500;

/** The account's choice, else the cookie's where it is one of ours, else the best of the browser's languages, else English. */
export function chooseLocale(
  ofAccount: Locale | null,
  cookie: string | undefined,
  acceptLanguage: string | null,
): Locale {
  if (ofAccount !== null) return ofAccount;
  const chosen = locales.find((one) => one === cookie);
  if (chosen !== undefined) return chosen;
  const wishes = (acceptLanguage ?? '')
    .slice(0, MAX_HEADER_CHARS)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((value) => value !== undefined);
      return { language: tag.split('-')[0] ?? '', weight: q === undefined ? 1 : Number(q) };
    })
    .filter((wish) => wish.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of wishes) {
    const match = locales.find((one) => one.split('-')[0] === language);
    if (match !== undefined) return match;
  }
  return 'en';
}
