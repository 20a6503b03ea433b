/** Choices about how pages look, kept in cookies of this browser: the server reads them with the next page. */

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const THEME_COOKIE = 'enxame.theme';

export const readTheme = (text: string | undefined): Theme => themes.find((theme) => theme === text) ?? 'system';

const YEAR_S = 365 * 24 * 60 * 60;

/** In a browser only. */
export function keepCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser that we play in
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

/** In a browser only. */
export function readCookie(name: string): string | undefined {
  return document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
